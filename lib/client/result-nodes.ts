/** Results made of Celery's result tuples, `[[id, parent], members | null]` (client-cli.md A5). */
import { AsyncResult } from './async-result.ts'
import { GroupResult } from './group-result.ts'
import type { ResultHome } from './result-home.ts'

export type ResultNode = AsyncResult | GroupResult

/** Deeper ones are no canvas of anybody. */
const MAX_DEPTH = 1_000

/** Null for what is no result tuple. */
export function resultFromTuple(tuple: unknown, home: ResultHome, depth = 0): ResultNode | null {
  if (typeof tuple === 'string') return new AsyncResult(tuple, home)
  if (!Array.isArray(tuple) || depth > MAX_DEPTH) return null
  const [head, members]: readonly unknown[] = tuple
  const [id, before]: readonly unknown[] = Array.isArray(head) ? head : [head, null]
  if (typeof id !== 'string') return null
  const parent = before == null ? null : resultFromTuple(before, home, depth + 1)
  if (!Array.isArray(members)) return new AsyncResult(id, home, { parent })
  const results = members.flatMap((member) => resultFromTuple(member, home, depth + 1) ?? [])
  return new GroupResult(id, results, home, parent)
}
