/**
 * worker_deduplicate_successful_tasks: a late-acknowledged message that comes again although its task has succeeded is
 * not run once more (worker-beat.md 2.11).
 */
import type { Sender } from '../lib/client/send.ts'
import { messageOf } from '../lib/errors.ts'
import { isRecord } from '../lib/protocol/record.ts'
import type { ResultStore } from '../lib/results/results.ts'
import { continueWith } from './continuation.ts'
import { createRevoked, numberOf } from './revoked.ts'
import { isRedelivered, type TaskInHand } from './task-in-hand.ts'

export interface Deduplicator {
  /** A task has succeeded here. */
  note(hand: TaskInHand): void
  /** Whether it is to be asked about at all. */
  isSuspect(hand: TaskInHand): boolean
  /** What to do with it: run it, acknowledge it, or give it back because its follow-ups could not be sent. */
  verdictOn(hand: TaskInHand): Promise<'run' | 'ack' | 'requeue'>
}

/** CELERY_WORKER_SUCCESSFUL_MAX and _EXPIRES. */
const DEFAULTS = { limit: 1_000, seconds: 10_800 }

export function createDeduplicator(results: ResultStore, sender: Sender): Deduplicator {
  const { clock, log } = sender.runtime
  const limit = numberOf(process.env, 'CELERY_WORKER_SUCCESSFUL_MAX', DEFAULTS.limit)
  const seconds = numberOf(process.env, 'CELERY_WORKER_SUCCESSFUL_EXPIRES', DEFAULTS.seconds)
  // The same kind of set as that of the revoked: bounded in number and in time.
  const successful = createRevoked(() => clock.monotonicMs(), { limit, lifeMs: seconds * 1000 })

  return {
    note: ({ message }) => successful.add(message.id),
    isSuspect: (hand) => hand.request.policy.acksLate && isRedelivered(hand.delivery),
    async verdictOn(hand) {
      const { id, embed } = hand.message
      if (successful.has(id)) return 'ack'
      const meta = await results.get(id).catch((error: unknown) => {
        log.warning('the result of a redelivered task cannot be read; it runs', { id, reason: messageOf(error) })
        return null
      })
      if (meta?.status !== 'SUCCESS') return 'run'
      log.info(`Task ${hand.message.task}[${id}] ignored: Task already completed successfully.`)
      const follows = (embed.callbacks?.length ?? 0) + (embed.chain?.length ?? 0) > 0
      // With children in the stored meta the follow-ups were sent before the worker was lost.
      if (follows && !hasItems(meta.children)) {
        try {
          await continueWith({ sender, results }, hand, meta.result)
        } catch (error) {
          log.error('the callbacks of a deduplicated task could not be sent', { id, reason: messageOf(error) })
          return 'requeue'
        }
      }
      successful.add(id)
      return 'ack'
    },
  }
}

function hasItems(children: unknown): boolean {
  return Array.isArray(children) ? children.length > 0 : isRecord(children)
}
