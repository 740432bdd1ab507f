/** An order about a class of tasks to all workers that may know it, followed until each of them answered or ten seconds passed. */
import { messageOf, UmbelError } from '../../errors.ts'
import type { ActionAnswer, OrderReply } from '../../live/http.ts'
import type { Actor } from '../contracts.ts'
import { hasRegistered } from '../registered.ts'
import type { ActionDeps } from './action.ts'
import { count, DEADLINE_MS, type Ending, type TrackedCommand } from './command-log.ts'
import { mustReach } from './must-reach.ts'
import { type Order, readReply } from './worker-order.ts'

/** How long a caller waits for the answers. */
const ANSWERS_MS = 2_500
/** Names that are told in one sentence. */
const MOST_NAMES = 5

export type ClassOrder = Omit<Order, 'worker' | 'shown'> & { readonly taskName: string }

export interface OrderToMany extends Omit<Order, 'worker' | 'shown'> {
  readonly workers: readonly string[]
  /** What else it is about, beside the workers. */
  readonly about?: readonly string[]
  /** Called once, when it is on its way. */
  readonly sent?: () => void
  /** Called once, when all have answered or the time is up. */
  readonly over?: (replies: readonly OrderReply[]) => void
}

/** Throws `worker/none-online`; a broker that cannot be reached; never because workers refuse or are silent. */
export async function orderAll(order: ClassOrder, deps: ActionDeps, by: Actor): Promise<ActionAnswer> {
  const workers = workersFor(order.taskName, deps)
  if (workers.length === 0) throw new UmbelError('worker/none-online', { task: order.taskName })
  return orderMany({ ...order, workers }, deps, by)
}

/** An order to some workers at once. Throws when the broker cannot be reached; never because they refuse or are silent. */
export async function orderMany(order: OrderToMany, deps: ActionDeps, by: Actor): Promise<ActionAnswer> {
  const { action, summary, taskName, workers, about = [] } = order
  mustReach(deps)
  const replies: OrderReply[] = []
  const tracked = deps.commands.track({
    ...{ action, summary, targets: [...about, ...workers], of: workers.length },
    ...(taskName !== undefined && { taskName }),
    who: by.user ?? 'anonymous',
    effect: () => null,
    atDeadline: () => endingOf(workers, replies),
  })
  order.sent?.()
  const answers = follow(order, replies, deps, tracked)
  answers.catch(() => {}) // also when it comes after the caller has its answer
  await Promise.race([answers, deps.runtime.clock.sleep(ANSWERS_MS)])
  return { commands: [tracked.view], data: [...replies] }
}

/** Rejects when the order could not be sent. */
async function follow(
  { command, args, workers, over }: Pick<OrderToMany, 'command' | 'args' | 'workers' | 'over'>,
  replies: OrderReply[],
  { inspector }: ActionDeps,
  tracked: TrackedCommand,
): Promise<void> {
  try {
    await inspector.ask(command, args, {
      destination: workers,
      timeoutMs: DEADLINE_MS,
      onReply({ worker, reply }) {
        const read = readReply(worker, reply)
        replies.push(read)
        // One that refuses does not end what the others are asked.
        if (read.error === null) tracked.answered({ worker, error: null })
      },
    })
  } catch (error) {
    tracked.end({ state: 'failed', text: messageOf(error) })
    throw error
  }
  over?.(replies)
  tracked.end(endingOf(workers, replies))
  // What they told of their limits is old now; nobody waits for the new answers.
  void inspector.refresh().catch(() => {})
}

/** "11 of 12 workers did it. w3 did not answer." Exported for its test. */
export function endingOf(targets: readonly string[], replies: readonly OrderReply[]): Ending {
  const done = replies.filter(({ error }) => error === null)
  const refused = replies.filter(({ error }) => error !== null)
  const answered = new Set(replies.map(({ worker }) => worker))
  const silent = targets.filter((name) => !answered.has(name))
  if (replies.length === 0) {
    return { state: 'no-answer', text: `No answer from ${count(targets.length, 'worker')} in 10 s.` }
  }
  const sentences = [
    silent.length === 0 && refused.length === 0
      ? `${targets.length === 1 ? 'The one worker' : `All ${targets.length} workers`} did it: ${names(targets)}.`
      : `${done.length} of ${count(targets.length, 'worker')} did it.`,
    ...(refused.length === 0 ? [] : [`${names(refused.map(({ worker }) => worker))} refused: ${refused[0]?.error}.`]),
    ...(silent.length === 0 ? [] : [`${names(silent)} did not answer in 10 s.`]),
  ]
  return { state: done.length === 0 ? 'failed' : 'confirmed', text: sentences.join(' ') }
}

function names(workers: readonly string[]): string {
  const shown = workers.slice(0, MOST_NAMES).join(', ')
  return workers.length <= MOST_NAMES ? shown : `${shown} and ${workers.length - MOST_NAMES} more`
}

/** Those that are online and did not say that they do not have it: such a one would refuse. */
function workersFor(task: string, { cluster, inspector }: ActionDeps): readonly string[] {
  const found: string[] = []
  for (const { name, online } of cluster.workers()) {
    if (online && hasRegistered(inspector.answers(name), task) !== false) found.push(name)
  }
  return found
}
