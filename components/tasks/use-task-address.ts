'use client'

import { useMemo } from 'react'
import { isRange, type Range } from '../../lib/live/time-span.ts'
import { isTaskSort, type TaskSort } from '../../lib/live/topic.ts'
import { useAddressQuery } from '../ui/use-address-query.ts'

export interface TaskAddress {
  readonly q: string
  /** Null: everything that is kept. */
  readonly range: Range | null
  readonly sort: TaskSort
  /** The chosen columns, `state,task,eta`; null: the default ones. */
  readonly cols: string | null
  /** The id of the task whose panel is open. */
  readonly peek: string | null
}

export const DEFAULT_SORT: TaskSort = '-received'
/** A fixed order, so that equal views have equal links. */
const ORDER = ['q', 'range', 'sort', 'cols', 'peek']

/** The view of the task list is its address: what it filters, how it sorts, what is open. */
export function useTaskAddress(): TaskAddress {
  const params = useAddressQuery()
  return useMemo(() => {
    const range = params.get('range')
    const sort = params.get('sort') ?? DEFAULT_SORT
    return {
      q: params.get('q') ?? '',
      range: isRange(range) ? range : null,
      sort: isTaskSort(sort) ? sort : DEFAULT_SORT,
      cols: params.get('cols'),
      peek: params.get('peek'),
    }
  }, [params])
}

/** Choosing pushes an entry of the history, typing replaces it. Unknown keys stay, defaults are left out. */
export function setTaskAddress(changes: Partial<TaskAddress>, how: 'push' | 'replace' = 'push'): void {
  const query = new URLSearchParams(window.location.search)
  for (const [key, value] of Object.entries(changes)) {
    if (value === null || value === '' || (key === 'sort' && value === DEFAULT_SORT)) query.delete(key)
    else query.set(key, value)
  }
  const known = ORDER.flatMap((key) => query.getAll(key).map((value) => [key, value]))
  const others = [...query].filter(([key]) => !ORDER.includes(key))
  const search = new URLSearchParams([...known, ...others]).toString()
  const address = `${window.location.pathname}${search === '' ? '' : `?${search}`}`
  if (how === 'push') window.history.pushState(null, '', address)
  else window.history.replaceState(null, '', address)
}
