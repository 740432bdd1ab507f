'use client'

import { useMemo } from 'react'
import { isTaskGrouping, type TaskGrouping } from '../../lib/live/survey-views.ts'
import { isRange, parseMoments, type Range, spanParams, type TimeSpan } from '../../lib/live/time-span.ts'
import { isTaskSort, type TaskSort } from '../../lib/live/topic.ts'
import { withoutPrefix, withPrefix } from '../ui/prefix.ts'
import { useAddressQuery } from '../ui/use-address-query.ts'

export interface TaskAddress {
  readonly q: string
  /** Null: everything that is kept. */
  readonly range: TimeSpan | null
  /** Where the way back from two moments leads. */
  readonly rangeBefore: Range | null
  readonly sort: TaskSort
  /** The chosen columns, `state,task,eta`; null: the default ones. */
  readonly cols: string | null
  /** Groups instead of tasks. */
  readonly group: TaskGrouping | null
  /** The id of the task whose panel is open. */
  readonly peek: string | null
}

export type TaskAddressChanges = Partial<Omit<TaskAddress, 'rangeBefore'>>

export const DEFAULT_SORT: TaskSort = '-received'
/** A fixed order, so that equal views have equal links. */
const ORDER = ['q', 'range', 'from', 'to', 'sort', 'cols', 'group', 'peek']

/** The view of the task list is its address: what it filters, how it sorts, what is open. */
export function useTaskAddress(): TaskAddress {
  const params = useAddressQuery()
  return useMemo(() => {
    const range = params.get('range')
    const rangeBefore = isRange(range) ? range : null
    const sort = params.get('sort') ?? DEFAULT_SORT
    const group = params.get('group')
    return {
      q: params.get('q') ?? '',
      range: parseMoments(params.get('from'), params.get('to')) ?? rangeBefore,
      rangeBefore,
      sort: isTaskSort(sort) ? sort : DEFAULT_SORT,
      cols: params.get('cols'),
      group: isTaskGrouping(group) ? group : null,
      peek: params.get('peek'),
    }
  }, [params])
}

/** Choosing pushes an entry of the history, typing replaces it. Unknown keys stay, defaults are left out. */
export function setTaskAddress(changes: TaskAddressChanges, how: 'push' | 'replace' = 'push'): void {
  const address = withPrefix(taskAddressHref(changes))
  if (how === 'push') window.history.pushState(null, '', address)
  else window.history.replaceState(null, '', address)
}

/** The address of the same list with something else about it. */
export function taskAddressHref(changes: TaskAddressChanges): string {
  const query = new URLSearchParams(typeof window === 'undefined' ? '' : window.location.search)
  const { range, ...others } = changes
  if (range !== undefined) changeSpan(query, range)
  for (const [key, value] of Object.entries(others)) {
    if (value === null || value === '' || (key === 'sort' && value === DEFAULT_SORT)) query.delete(key)
    else query.set(key, value)
  }
  const known = ORDER.flatMap((key) => query.getAll(key).map((value) => [key, value]))
  const unknown = [...query].filter(([key]) => !ORDER.includes(key))
  const search = new URLSearchParams([...known, ...unknown]).toString()
  const path = typeof window === 'undefined' ? '/tasks' : withoutPrefix(window.location.pathname, withPrefix(''))
  return `${path}${search === '' ? '' : `?${search}`}`
}

/** Two moments leave the range where it is: it is the way back. */
function changeSpan(query: URLSearchParams, span: TimeSpan | null): void {
  query.delete('from')
  query.delete('to')
  if (span === null) query.delete('range')
  for (const [key, value] of Object.entries(spanParams(span))) query.set(key, value)
}
