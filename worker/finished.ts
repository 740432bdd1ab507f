/**
 * Late-acknowledged tasks that ended here a short while ago. Their acknowledgement may have been lost, or the broker may
 * have given the message out again just before it came; then it is acknowledged once more instead of run once more.
 */
import type { TaskInHand } from './task-in-hand.ts'

export interface Finished {
  note(hand: TaskInHand): void
  /** The same message: its tag, id and try. Another message with the same id is another run, as in Celery. */
  has(hand: TaskInHand): boolean
}

const MOST = 5_000

export function createFinished(): Finished {
  const keys = new Set<string>()
  return {
    note(hand) {
      keys.add(keyOf(hand))
      if (keys.size <= MOST) return
      for (const oldest of keys) {
        keys.delete(oldest)
        return
      }
    },
    has: (hand) => keys.has(keyOf(hand)),
  }
}

function keyOf({ delivery, message }: TaskInHand): string {
  return `${message.id} ${message.retries} ${delivery.tag}`
}

/** Whether `other` carries the very message of `hand`. */
export function isSameMessage(hand: TaskInHand, other: TaskInHand): boolean {
  return (
    hand.message.id === other.message.id &&
    hand.message.retries === other.message.retries &&
    hand.delivery.envelope.body === other.delivery.envelope.body
  )
}
