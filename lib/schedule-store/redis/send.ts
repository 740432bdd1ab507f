/**
 * Notes runs and sends their messages (SST-5). Where the schedule lies in the broker's own Redis both are one step.
 * Elsewhere the note comes first, as pending: a beat that leads after a crash between the two sends that very message
 * again, under its task id (at least once).
 */
import { isProblem, UmbelError } from '../../errors.ts'
import type { Envelope } from '../../protocol/envelope.ts'
import { parseJson } from '../../protocol/json.ts'
import { formatEnvelope, parseEnvelope } from '../../protocol/message.ts'
import { isRecord } from '../../protocol/record.ts'
import { toError } from '../publish-all.ts'
import {
  CLOCK_TOLERANCE_MS,
  type Lease,
  type OutgoingRun,
  type Run,
  type SendEnd,
  type Sending,
} from '../schedule-store.ts'
import { formatMeta } from './entry-codec.ts'
import type { RedBeatKeys } from './keys.ts'
import type { ScheduleLink } from './link.ts'
import { formatNote, MOST_NOTES } from './run-notes.ts'
import { toScore } from './score.ts'
import type { Script } from './script.ts'

/** What sending needs of a broker; `lib/broker/broker.ts` has it. */
export interface RunBroker {
  /** With the password masked. */
  readonly url: string
  publish(queue: string, envelope: Envelope): Promise<void>
  /** Where its messages lie in lists of a Redis: what `publish` would push where. */
  listPut?(
    queue: string,
    envelope: Envelope,
  ): { readonly list: string; readonly raw: string; readonly pushed: () => void }
}

export interface SendParts {
  readonly link: ScheduleLink
  readonly keys: RedBeatKeys
  readonly sendScript: Script
  readonly settleScript: Script
  readonly broker: RunBroker | null
  /** The broker's messages lie in the same database, now: of several servers it may go on to another one. */
  isOneStep(): boolean
  /** Which of the two schedules an entry is in. */
  scheduleOf(name: string): string
}

/** Runs that travel together: the server does nothing else meanwhile, some two milliseconds. */
const BATCH = 100

interface Waiting {
  readonly sending: Sending
  /** Null: the message is sent by the broker. */
  readonly put: { readonly list: string; readonly raw: string; readonly pushed: () => void } | null
}

/** What the script answers for one run; an Error when it could not be asked. */
type Answer = unknown

export function createSend(parts: SendParts) {
  const { link, keys, sendScript, settleScript, broker } = parts
  const noLease = keys.lock === null

  async function ask(all: readonly Waiting[], token: string): Promise<readonly Answer[]> {
    const names: string[] = [keys.lock ?? keys.version]
    const args: (string | number)[] = [token, CLOCK_TOLERANCE_MS, MOST_NOTES]
    for (const { sending, put } of all) {
      const { run, message } = sending
      const { name, slotMs, nowMs, why, totalRunCount, nextMs } = run
      const entry = keys.entry(name)
      names.push(parts.scheduleOf(name), entry, put?.list ?? entry)
      args.push(why, slotMs, nowMs, why === 'hand' ? '' : toScore(nextMs), formatMeta(slotMs, totalRunCount))
      args.push(totalRunCount, formatNote({ slotMs, sentMs: nowMs, why, taskId: message.taskId }))
      args.push(put?.raw ?? '', put === null ? formatPending(message) : '')
    }
    try {
      const answers = await link.run((redis) => sendScript.run(redis, names, args))
      return Array.isArray(answers) ? answers : all.map(() => answers)
    } catch (error) {
      return all.map(() => error)
    }
  }

  async function settle(run: Run, pending: string, how: 'sent' | 'failed'): Promise<void> {
    const { name, slotMs, nowMs, why, totalRunCount, nextMs } = run
    const isDue = why === 'due'
    const done = how === 'sent' && isDue
    // What is not sent is due as soon as somebody looks.
    const score = done ? toScore(nextMs) : isDue ? toScore(slotMs) : ''
    const note = formatNote({ slotMs, sentMs: nowMs, why: 'failed', taskId: null })
    await link.run((redis) =>
      settleScript.run(
        redis,
        [parts.scheduleOf(name), keys.entry(name)],
        [pending, how, done ? slotMs : '', done ? formatMeta(slotMs, totalRunCount) : '', score, note],
      ),
    )
  }

  /** Sends again what was noted before and perhaps not sent: as a new task only where it is not known by itself. */
  async function sendPending(pending: string, message: OutgoingRun): Promise<void> {
    const kept = readPending(pending)
    if (kept === null || broker === null) await message.publish()
    else await broker.publish(kept.queue, kept.envelope)
  }

  /** The note is there; now the message. */
  async function publish({ run, message }: Sending, answer: Answer): Promise<SendEnd> {
    const isPending = Array.isArray(answer) && answer[0] === 'pending'
    const pending = isPending ? String(answer[1]) : formatPending(message)
    try {
      if (isPending) await sendPending(pending, message)
      else await message.publish()
    } catch (error) {
      // What may have arrived stays pending, so that the next try sends it under the same id.
      if (!isPending && !isProblem(error, 'broker/unreachable')) await settle(run, pending, 'failed').catch(() => {})
      return toError(error)
    }
    await settle(run, pending, 'sent').catch(() => {}) // else it is sent again, under the same id
    return 'sent'
  }

  async function sendBatch(all: readonly Waiting[], token: string): Promise<readonly SendEnd[]> {
    const answers = await ask(all, token)
    const pushed = new Map<string, () => void>()
    const ends = all.map(({ sending, put }, index) => {
      const answer = answers[index]
      const isPending = Array.isArray(answer) && answer[0] === 'pending'
      if (put === null && (answer === 'sent' || isPending)) return publish(sending, answer)
      if (answer === 'sent' && put !== null) pushed.set(put.list, put.pushed)
      return endOf(answer, sending.run.name)
    })
    for (const tell of pushed.values()) tell()
    return ends.some((end) => end instanceof Promise) ? Promise.all(ends) : (ends as SendEnd[]) // none is a promise
  }

  /** Reasons that the script gives are those of the server. */
  function endOf(answer: Answer, name: string): SendEnd {
    if (answer === 'sent' || answer === 'taken' || answer === 'lease-lost') return answer
    if (answer === 'unknown') return new UmbelError('schedule/unknown', { name, nearest: null })
    if (answer instanceof Error) return answer
    if (Array.isArray(answer) && answer[0] === 'error') {
      const error = new Error(String(answer[1]))
      error.name = 'ReplyError'
      return link.trouble(error)
    }
    return new UmbelError('internal', { reason: `the script answered ${JSON.stringify(answer)}` })
  }

  function waitingOf(sending: Sending): Waiting {
    const { queue, envelope } = sending.message
    const put = queue !== null && parts.isOneStep() ? broker?.listPut?.(queue, envelope) : undefined
    return { sending, put: put ?? null }
  }

  return async function sendAll(all: readonly Sending[], lease: Lease | null): Promise<readonly SendEnd[]> {
    const token = noLease ? '' : (lease?.token ?? '')
    const batches: Promise<readonly SendEnd[]>[] = []
    for (let at = 0; at < all.length; at += BATCH) {
      const batch = all.slice(at, at + BATCH).map((sending) => waitingOf(sending))
      batches.push(sendBatch(batch, token))
    }
    return batches.length === 1 && batches[0] !== undefined ? batches[0] : (await Promise.all(batches)).flat()
  }
}

interface Pending {
  readonly queue: string
  readonly envelope: Envelope
}

function formatPending({ taskId, queue, envelope }: OutgoingRun): string {
  return JSON.stringify({ taskId, queue, raw: queue === null ? null : formatEnvelope(envelope) })
}

function readPending(text: string): Pending | null {
  try {
    const value = parseJson(text)
    if (!isRecord(value)) return null
    const { queue, raw } = value
    if (typeof queue !== 'string' || typeof raw !== 'string') return null
    const envelope = parseEnvelope(raw)
    return envelope.ok ? { queue, envelope: envelope.value } : null
  } catch {
    return null
  }
}
