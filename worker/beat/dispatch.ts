/** Sends runs of entries: as the app's own tasks where they are registered, else by name (worker-beat.md 5.3). */
import { createRepeatedCalls } from '../../lib/client/repeated-call.ts'
import type { PreparedTask, Sender } from '../../lib/client/send.ts'
import { isUmbelError, messageOf, type ProblemCode } from '../../lib/errors.ts'
import type { Envelope } from '../../lib/protocol/envelope.ts'
import { quiet } from '../../lib/runtime/log.ts'
import { toError } from '../../lib/schedule-store/publish-all.ts'
import type {
  Lease,
  OutgoingRun,
  ScheduleStore,
  SendEnd,
  Sending,
  SendOutcome,
} from '../../lib/schedule-store/schedule-store.ts'
import type { LazyValues } from './lazy-values.ts'
import { makeAnew, nextMessage } from './letter.ts'
import type { DueRun } from './plan.ts'

export interface DispatchParts {
  readonly sender: Sender
  readonly store: ScheduleStore
  readonly lazyOf: (name: string) => LazyValues | undefined
}

/** `away`: broker or store do not answer; the run is due still. `refused`: it cannot be sent as it is, and was told. */
export type DispatchEnd =
  | { readonly type: SendOutcome }
  | { readonly type: 'refused' }
  | { readonly type: 'away'; readonly reason: string }

/** Each of the runs has its own end; those that are made alike end together. Never rejects. */
export type Dispatch = (
  dues: readonly DueRun[],
  lease: Lease | null,
  onEnd: (due: DueRun, end: DispatchEnd) => void,
) => Promise<void>

/** Without a function of its own for each: V8 lets go of those, and of what they hold, late (forget-sent.ts). */
class Outgoing implements OutgoingRun {
  readonly taskId: string
  readonly queue: string | null
  readonly envelope: Envelope
  readonly #task: PreparedTask

  constructor(task: PreparedTask) {
    this.taskId = task.id
    this.queue = task.queue
    this.envelope = task.envelope
    this.#task = task
  }
  publish(): Promise<void> {
    return this.#task.publish()
  }
}

interface Ready {
  readonly due: DueRun
  readonly task: PreparedTask
}

/** What is over when whoever is away comes back. */
const AWAY: ReadonlySet<ProblemCode> = new Set([
  'broker/unreachable',
  'broker/refused',
  'broker/closed',
  'schedule/unavailable',
])

const ENDS = { sent: { type: 'sent' }, taken: { type: 'taken' }, 'lease-lost': { type: 'lease-lost' } } as const
const REFUSED: DispatchEnd = { type: 'refused' }

export function createDispatch({ sender, store, lazyOf }: DispatchParts): Dispatch {
  const { log } = sender.runtime
  const { oneStep } = store.supports
  const parts = { sender, lazyOf, repeat: createRepeatedCalls(sender), isDjango: store.kind === 'django' }

  function endOf({ plan: { entry } }: DueRun, end: SendEnd): DispatchEnd {
    if (!(end instanceof Error)) return ENDS[end]
    if (isUmbelError(end) && AWAY.has(end.code)) return { type: 'away', reason: messageOf(end) }
    log.error(`Message Error: Couldn't apply scheduled task ${entry.name}: ${messageOf(end)}`)
    return REFUSED
  }
  function sendingOf({ due, task }: Ready): Sending {
    if (oneStep) task.declare()
    return { run: due.run, message: new Outgoing(task) }
  }
  async function announce({ due, task }: Ready): Promise<void> {
    if (log.debug !== quiet) log.debug(`${due.plan.entry.task} sent. id->${task.id}`)
    if (task.isAwaited()) await task.announce()
  }

  async function sendAlone(due: DueRun, lease: Lease | null): Promise<SendEnd> {
    try {
      const one = { due, task: await makeAnew(due.plan.entry, parts) }
      const { run, message } = sendingOf(one)
      const end = await store.send(run, message, lease)
      if (end === 'sent') await announce(one)
      return end
    } catch (error) {
      return toError(error)
    }
  }
  async function sendTogether(ready: readonly Ready[], lease: Lease | null): Promise<readonly SendEnd[]> {
    const all: Sending[] = []
    try {
      for (const one of ready) all.push(sendingOf(one))
      if (store.sendAll !== undefined) return await store.sendAll(all, lease)
      return await Promise.all(all.map(({ run, message }) => store.send(run, message, lease).catch(toError)))
    } catch (error) {
      return ready.map(() => toError(error))
    } finally {
      all.length = 0 // what was sent is not kept by what waited for it (forget-sent.ts)
    }
  }

  return async function dispatch(dues, lease, onEnd) {
    const ready: Ready[] = []
    const alone: Promise<void>[] = []
    for (const due of dues) {
      const { entry } = due.plan
      if (log.info !== quiet) log.info(`Scheduler: Sending due task ${entry.name} (${entry.task})`)
      try {
        const task = nextMessage(due.plan, parts)
        if (task !== null) ready.push({ due, task })
        else alone.push(sendAlone(due, lease).then((end) => onEnd(due, endOf(due, end))))
      } catch (error) {
        onEnd(due, endOf(due, toError(error)))
      }
    }
    if (ready.length > 0) {
      const ends = await sendTogether(ready, lease)
      for (let at = 0; at < ready.length; at++) {
        const [one, end] = [ready[at], ends[at]]
        if (one === undefined) continue
        if (end === 'sent') void announce(one)
        onEnd(one.due, endOf(one.due, end ?? new Error('the store did not say how it ended')))
      }
      ready.length = 0
    }
    if (alone.length > 0) await Promise.all(alone)
  }
}
