import { spanParams } from '../../lib/live/time-span.ts'
import type { TaskAddress } from './use-task-address.ts'

type Search = Pick<TaskAddress, 'q' | 'range' | 'sort'>

/** What the server is asked for the view of an address (lib/live/http.ts, FoundTasks). */
export function taskSearchQuery({ q, range, sort }: Search, limit: number | null = null): string {
  const query = new URLSearchParams({ sort, ...spanParams(range) })
  if (q !== '') query.set('q', q)
  if (limit !== null) query.set('limit', String(limit))
  return query.toString()
}
