'use client'

import { useCallback, useEffect, useRef, useState } from 'react'
import type { TaskRowView, TasksView } from '../../lib/live/views.ts'
import { EMPTY_LIST, keepInPlace, type ShownList, takeOver } from '../list/shown-list.model.ts'

/** At most one insertion a second; in a flood every two. */
const TAKE_EVERY_MS = 1_000
const FLOOD_EVERY_MS = 2_000
/** More new rows than this at once are a flood: they are counted first. */
export const FLOOD_ROWS = 20

export interface TaskList {
  readonly list: ShownList<TaskRowView>
  /** Shows what waits behind the pill. */
  readonly take: () => void
}

/**
 * The rows to show of a live view. `held`: nothing may move. `query` names the filter: another one is shown at once.
 * `limit`: how many rows were asked for; of these at most `most` are shown, the others only keep held rows up to date.
 */
export function useTaskList(
  view: TasksView | null,
  held: boolean,
  query: string,
  limit: number,
  most: number,
): TaskList {
  const [list, setList] = useState<ShownList<TaskRowView>>(EMPTY_LIST)
  const shownQuery = useRef<string | null>(null)
  const shownView = useRef<TasksView | null>(null)
  const takenAtMs = useRef(0)
  const latest = useRef(view)
  latest.current = view

  const take = useCallback(() => {
    const present = latest.current
    if (present === null) return
    takenAtMs.current = performance.now()
    setList((shown) => takeOver(shown, present.rows.slice(0, most)))
  }, [most])

  useEffect(() => {
    if (view === null) return
    if (shownQuery.current !== query && shownView.current !== view) {
      shownQuery.current = query
      shownView.current = view
      take()
      return
    }
    shownView.current = view
    setList((shown) => keepInPlace(shown, view.rows, view.rows.length >= limit, most))
  }, [view, query, limit, most, take])

  const { fresh } = list
  const waiting = fresh > 0 || list.gone > 0 || list.moved
  useEffect(() => {
    if (held || !waiting) return
    const every = fresh > FLOOD_ROWS ? FLOOD_EVERY_MS : TAKE_EVERY_MS
    const timer = setTimeout(take, Math.max(0, takenAtMs.current + every - performance.now()))
    return () => clearTimeout(timer)
  }, [held, waiting, fresh, take])

  return { list, take }
}
