'use client'

import { useMemo } from 'react'
import { useAddressQuery } from '../ui/use-address-query.ts'
import { SCHEDULE_FILTERS, SCHEDULE_SORTS, type ScheduleFilter, type ScheduleSort } from './schedule-list.model.ts'

export const SCHEDULE_VIEWS = ['list', 'calendar'] as const
export type SchedulesTab = (typeof SCHEDULE_VIEWS)[number]

export interface ScheduleAddress {
  readonly tab: SchedulesTab
  readonly q: string
  /** Null: all. */
  readonly state: ScheduleFilter | null
  readonly sort: ScheduleSort
}

const DEFAULTS: Readonly<Record<string, string>> = { tab: 'list', sort: 'state' }
/** A fixed order, so that equal views have equal links. */
const ORDER = ['tab', 'q', 'state', 'sort']

/** The view of the schedules is its address. */
export function useScheduleAddress(): ScheduleAddress {
  const params = useAddressQuery()
  return useMemo(() => {
    const sort = params.get('sort') ?? ''
    return {
      tab: SCHEDULE_VIEWS.find((tab) => tab === params.get('tab')) ?? 'list',
      q: params.get('q') ?? '',
      state: SCHEDULE_FILTERS.find((filter) => filter === params.get('state')) ?? null,
      sort: isSort(sort) ? sort : 'state',
    }
  }, [params])
}

/** Choosing pushes an entry of the history, typing replaces it. Unknown keys stay, defaults are left out. */
export function setScheduleAddress(changes: Partial<ScheduleAddress>, how: 'push' | 'replace' = 'push'): void {
  const query = new URLSearchParams(window.location.search)
  for (const [key, value] of Object.entries(changes)) {
    if (value === null || value === '' || value === DEFAULTS[key]) query.delete(key)
    else query.set(key, value)
  }
  const known = ORDER.flatMap((key) => query.getAll(key).map((value) => [key, value]))
  const others = [...query].filter(([key]) => !ORDER.includes(key))
  const search = new URLSearchParams([...known, ...others]).toString()
  const address = `${window.location.pathname}${search === '' ? '' : `?${search}`}`
  if (how === 'push') window.history.pushState(null, '', address)
  else window.history.replaceState(null, '', address)
}

function isSort(text: string): text is ScheduleSort {
  return (SCHEDULE_SORTS as readonly string[]).includes(text.startsWith('-') ? text.slice(1) : text)
}
