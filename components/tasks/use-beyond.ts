'use client'

import { useCallback, useRef } from 'react'
import { messageOf } from '../../lib/errors.ts'
import { ACTION_TASKS_MOST, type FoundTasks } from '../../lib/live/http.ts'
import type { TaskRowView } from '../../lib/live/views.ts'
import { request } from '../live/http.ts'
import { showToast } from '../ui/toast.ts'
import { taskSearchQuery } from './task-search-query.ts'
import type { Selection } from './use-selection.ts'
import type { TaskAddress } from './use-task-address.ts'

export interface Beyond {
  /** Rows that were selected without being loaded, as they were then. */
  readonly rows: ReadonlyMap<string, TaskRowView>
  /**
   * Selects all that match, up to what one action may do. `isMore`: false when nothing lies beyond what is loaded. Gives
   * what it selected; null where nothing was asked for, or no answer came (which is said).
   */
  readonly selectMatched: (isMore: boolean) => Promise<readonly TaskRowView[] | null>
}

/** The part of a selection that lies beyond the loaded rows. It is asked for once: the selection is frozen as ids. */
export function useBeyond(address: TaskAddress, selection: Selection): Beyond {
  const rows = useRef<ReadonlyMap<string, TaskRowView>>(new Map())
  const { q, range, sort } = address
  const { set } = selection
  const selectMatched = useCallback(
    async (isMore: boolean) => {
      if (!isMore) return null
      try {
        const query = taskSearchQuery({ q, range, sort }, ACTION_TASKS_MOST)
        const found = await request<FoundTasks>(`/umbel/tasks?${query}`)
        rows.current = new Map(found.rows.map((row) => [row.id, row]))
        set(rows.current.keys())
        return found.rows
      } catch (error) {
        showToast({ level: 'bad', text: messageOf(error) })
        return null
      }
    },
    [q, range, sort, set],
  )
  return { rows: rows.current, selectMatched }
}
