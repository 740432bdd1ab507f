import { useMemo, useRef } from 'react'
import type { TasksView } from '../../lib/live/views.ts'

const MOST_NAMES = 500

/** Names of tasks seen in this list so far, sorted. */
export function useTaskNames(view: TasksView | null): readonly string[] {
  const seen = useRef<ReadonlySet<string>>(new Set())
  return useMemo(() => {
    const before = seen.current
    const fresh = view?.rows.flatMap((row) => (row.name === null || before.has(row.name) ? [] : [row.name])) ?? []
    if (fresh.length > 0 && before.size < MOST_NAMES) seen.current = new Set([...before, ...fresh])
    return [...seen.current].sort()
  }, [view])
}
