/** An order that one worker answers with `{ok: …}` or `{error: …}` (wire.md D5): asked, followed, and told as it was. */
import { messageOf, UmbelError } from '../../errors.ts'
import type { ActionAnswer, OrderReply } from '../../live/http.ts'
import { isRecord } from '../../protocol/record.ts'
import type { Actor } from '../contracts.ts'
import type { ActionDeps } from './action.ts'
import { DEADLINE_MS, type Ending, errorOf, type TrackedCommand } from './command-log.ts'
import { mustReach } from './must-reach.ts'

/** How long a caller waits for the answer: longer than `celery control` (1 s), for a worker that changes its pool. */
const ANSWER_MS = 2_500

export interface Order {
  readonly action: string
  /** Celery's control command and its arguments. */
  readonly command: string
  readonly args: object
  readonly worker: string
  readonly summary: string
  /** The class of tasks it is about. */
  readonly taskName?: string
  /** What a good answer shows; without it, in the worker's own words. */
  readonly shown?: (reply: OrderReply) => Ending | Promise<Ending>
}

/** Throws `worker/unknown`; a broker that cannot be reached; never because the worker refuses or is silent. */
export async function orderWorker(order: Order, deps: ActionDeps, by: Actor): Promise<ActionAnswer> {
  const { action, worker, summary } = order
  mustKnow(worker, deps)
  mustReach(deps)
  const tracked = deps.commands.track({
    action,
    who: by.user ?? 'anonymous',
    summary,
    ...(order.taskName !== undefined && { taskName: order.taskName }),
    targets: [worker],
    of: 1,
    effect: () => null,
    atDeadline: (answered) => silence(worker, answered),
  })
  const reply = await firstReply(order, deps, tracked)
  return { commands: [tracked.view], data: reply }
}

/** Resolves with the reply, or null after `ANSWER_MS`; the command is followed to its end all the same. */
function firstReply(order: Order, deps: ActionDeps, tracked: TrackedCommand): Promise<OrderReply | null> {
  const { command, args, worker } = order
  const { inspector, runtime } = deps
  return new Promise((resolve, reject) => {
    const answered = new AbortController()
    void runtime.clock.sleep(ANSWER_MS, answered.signal).then(() => {
      try {
        mustReach(deps) // an answer that cannot come is no silence
        resolve(null)
      } catch (error) {
        reject(error)
      }
    })
    inspector
      .ask(command, args, { destination: [worker], timeoutMs: DEADLINE_MS })
      .then(async ([first]) => {
        const reply = first === undefined ? null : readReply(worker, first.reply)
        resolve(reply)
        answered.abort()
        if (reply === null) return
        tracked.answered({ worker, error: reply.error })
        if (reply.error !== null) return
        tracked.end((await order.shown?.(reply)) ?? { state: 'confirmed', text: `${worker} answered: ${reply.ok}` })
        await inspector.refresh(worker)
      })
      .catch((error: unknown) => {
        tracked.end({ state: 'failed', text: messageOf(error) })
        reject(error)
        answered.abort()
      })
  })
}

export function readReply(worker: string, reply: unknown): OrderReply {
  const error = errorOf(reply)
  const ok = isRecord(reply) && 'ok' in reply ? reply['ok'] : null
  return { worker, ok: ok === null ? null : textOf(ok), error: error ?? (ok === null ? 'Unknown reason' : null) }
}

function textOf(value: unknown): string {
  return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 500)
}

function silence(worker: string, answered: number): Ending {
  return answered === 0
    ? { state: 'no-answer', text: `No answer from ${worker} in 10 s. It may be busy or gone.` }
    : { state: 'answered', text: `${worker} answered, but the change was not seen in 10 s.` }
}

export function mustKnow(name: string, { cluster, inspector }: Pick<ActionDeps, 'cluster' | 'inspector'>): void {
  if (cluster.worker(name) === undefined && Object.keys(inspector.answers(name)).length === 0) {
    throw new UmbelError('worker/unknown', { name })
  }
}
