/** What `--operator-may` can add to an operator's rights; the rest of an admin's is never given away by it. */
import type { ActionName } from '../../live/http.ts'

export const OPERATOR_GRANTS: Readonly<Record<string, readonly ActionName[]>> = {
  send: ['task.send'],
  'time-limits': ['task.time-limit'],
  pool: ['worker.pool-grow', 'worker.pool-shrink', 'worker.autoscale'],
  consumers: ['worker.add-consumer', 'worker.cancel-consumer'],
  pause: ['queue.pause', 'queue.resume'],
  purge: ['queue.purge', 'queue.discard'],
}

/** The actions of these words; `all` stands for all of them. */
export function grantedActions(words: readonly string[]): readonly ActionName[] {
  const all = words.includes('all') ? Object.keys(OPERATOR_GRANTS) : words
  return all.flatMap((word) => OPERATOR_GRANTS[word] ?? [])
}
