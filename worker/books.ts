/** What this worker has in its hands, and what it has done: the facts behind inspect and the heartbeat. */
import type { TaskInHand } from './task-in-hand.ts'

export interface Books {
  /** Waiting for a slot or for their rate, oldest first. */
  readonly reserved: ReadonlySet<TaskInHand>
  readonly active: ReadonlySet<TaskInHand>
  /** Tasks started since the start of the worker, by name. */
  readonly totals: ReadonlyMap<string, number>
  readonly processed: number
  reserve(hand: TaskInHand): void
  start(hand: TaskInHand): void
  /** No longer in our hands. */
  forget(hand: TaskInHand): void
  /** By task id, active ones first. */
  find(id: string): TaskInHand | null
  findWhere(test: (hand: TaskInHand) => boolean): TaskInHand | null
}

/** Names come from messages, but only registered ones are counted: their number is bounded by the app. */
export function createBooks(): Books {
  const reserved = new Set<TaskInHand>()
  const active = new Set<TaskInHand>()
  const totals = new Map<string, number>()
  let processed = 0

  function findWhere(test: (hand: TaskInHand) => boolean): TaskInHand | null {
    for (const hand of active) if (test(hand)) return hand
    for (const hand of reserved) if (test(hand)) return hand
    return null
  }

  return {
    reserved,
    active,
    totals,
    get processed() {
      return processed
    },
    reserve: (hand) => void reserved.add(hand),
    start(hand) {
      reserved.delete(hand)
      active.add(hand)
      processed++
      totals.set(hand.message.task, (totals.get(hand.message.task) ?? 0) + 1)
    },
    forget(hand) {
      reserved.delete(hand)
      active.delete(hand)
    },
    find: (id) => findWhere(({ message }) => message.id === id),
    findWhere,
  }
}
