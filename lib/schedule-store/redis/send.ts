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
import { CLOCK_TOLERANCE_MS, type Lease, type OutgoingRun, type Run, type SendOutcome } from '../schedule-store.ts'
import { formatMeta } from './entry-codec.ts'
import type { RedBeatKeys } from './keys.ts'
import type { ScheduleLink } from './link.ts'
import { formatNote, MOST_NOTES } from './run-notes.ts'
import { toScore } from './score.ts'
import type { Script, ScriptCall } from './script.ts'

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

/** Runs of the same instant travel together. */
const BATCH = 200

interface Waiting {
  readonly call: ScriptCall
  resolve(answer: unknown): void
  reject(error: unknown): void
}

export function createSend(parts: SendParts) {
  const { link, keys, sendScript, settleScript, broker } = parts
  let waiting: Waiting[] = []

  function ask(call: ScriptCall): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (waiting.length === 0) process.nextTick(flush)
      waiting.push({ call, resolve, reject })
    })
  }
  function flush(): void {
    const all = waiting
    waiting = []
    for (let at = 0; at < all.length; at += BATCH) void flushSome(all.slice(at, at + BATCH))
  }
  async function flushSome(some: readonly Waiting[]): Promise<void> {
    const calls = some.map(({ call }) => call)
    try {
      const answers = await link.run((redis) => sendScript.runAll(redis, calls))
      answers.forEach((answer, index) => {
        if (answer.status === 'fulfilled') some[index]?.resolve(answer.value)
        else some[index]?.reject(link.trouble(answer.reason))
      })
    } catch (error) {
      for (const { reject } of some) reject(error)
    }
  }

  function callOf(run: Run, message: OutgoingRun, lease: Lease | null, list: string, raw: string): ScriptCall {
    const { name, slotMs, nowMs, why, totalRunCount, nextMs } = run
    const note = formatNote({ slotMs, sentMs: nowMs, why, taskId: message.taskId })
    const pending = raw === '' ? formatPending(message) : ''
    return {
      keys: [keys.lock ?? keys.version, parts.scheduleOf(name), keys.entry(name), list],
      args: [
        ...[keys.lock === null ? '' : (lease?.token ?? ''), why, slotMs, nowMs, CLOCK_TOLERANCE_MS],
        ...[why === 'hand' ? '' : toScore(nextMs), formatMeta(slotMs, totalRunCount), totalRunCount],
        ...[note, MOST_NOTES, raw, pending],
      ],
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

  async function sendApart(run: Run, message: OutgoingRun, lease: Lease | null): Promise<SendOutcome> {
    const call = callOf(run, message, lease, keys.entry(run.name), '')
    const answer = await ask(call)
    const isPending = Array.isArray(answer) && answer[0] === 'pending'
    if (answer !== 'sent' && !isPending) return outcomeOf(answer, run.name)
    const pending = isPending ? String(answer[1]) : formatPending(message)
    try {
      if (isPending) await sendPending(pending, message)
      else await message.publish()
    } catch (error) {
      // What may have arrived stays pending, so that the next try sends it under the same id.
      if (!isPending && !isProblem(error, 'broker/unreachable')) await settle(run, pending, 'failed').catch(() => {})
      throw error
    }
    await settle(run, pending, 'sent').catch(() => {}) // else it is sent again, under the same id
    return 'sent'
  }

  return async function send(run: Run, message: OutgoingRun, lease: Lease | null): Promise<SendOutcome> {
    const put =
      message.queue !== null && parts.isOneStep() ? broker?.listPut?.(message.queue, message.envelope) : undefined
    if (put === undefined) return sendApart(run, message, lease)
    const outcome = outcomeOf(await ask(callOf(run, message, lease, put.list, put.raw)), run.name)
    if (outcome === 'sent') put.pushed()
    return outcome
  }
}

function outcomeOf(answer: unknown, name: string): SendOutcome {
  if (answer === 'sent' || answer === 'taken' || answer === 'lease-lost') return answer
  if (answer === 'unknown') throw new UmbelError('schedule/unknown', { name, nearest: null })
  throw new UmbelError('internal', { reason: `the script answered ${JSON.stringify(answer)}` })
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
