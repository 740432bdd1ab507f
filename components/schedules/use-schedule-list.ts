'use client'

import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { ScheduleRowView } from '../../lib/live/schedule-views.ts'
import { EMPTY_LIST, keepInPlace, type ShownList, takeOver } from '../list/shown-list.model.ts'
import { createNameRanks, matchesFilter, matchesText, sortSchedules, wordsOf } from './schedule-list.model.ts'
import type { ScheduleAddress } from './use-schedule-address.ts'

export interface ScheduleList {
  readonly list: ShownList<ScheduleRowView>
  /** Shows what waits behind the pill. */
  readonly take: () => void
}

/** The rows to show. `held`: nothing may move; another filter or sort is shown at once. */
export function useScheduleList(
  rows: readonly ScheduleRowView[],
  address: ScheduleAddress,
  held: boolean,
): ScheduleList {
  const { q, state, sort } = address
  const [list, setList] = useState<ShownList<ScheduleRowView>>(EMPTY_LIST)
  const [ranksOf] = useState(createNameRanks)
  const present = useMemo(() => {
    const words = wordsOf(q)
    const found = rows.filter((row) => (state === null || matchesFilter(row, state)) && matchesText(row, words))
    return sortSchedules(found, sort, ranksOf(rows))
  }, [rows, q, state, sort, ranksOf])
  const query = `${sort} ${state} ${q}`
  const shownQuery = useRef<string | null>(null)
  useEffect(() => {
    const isNew = shownQuery.current !== query
    shownQuery.current = query
    setList((shown) => (held && !isNew ? keepInPlace(shown, present, false) : takeOver(shown, present)))
  }, [present, query, held])
  const take = useCallback(() => setList((shown) => takeOver(shown, present)), [present])
  return { list, take }
}
