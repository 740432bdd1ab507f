'use client'

import { useMemo } from 'react'
import { isRange, type Moments, parseMoments, type Range, spanParams, type TimeSpan } from '../../lib/live/time-span.ts'
import { DEFAULT_RANGE } from '../../lib/live/topic.ts'
import { useAddressQuery } from '../ui/use-address-query.ts'

export interface PageSpan {
  /** What the charts show. */
  readonly span: TimeSpan
  /** The range to go back to. */
  readonly range: Range
  /** Set while the page stands at two moments instead of following the clock. */
  readonly zoom: Moments | null
}

/** The page's one span of time, from its address: `from` and `to`, else `range`. */
export function useSpan(): PageSpan {
  const params = useAddressQuery()
  return useMemo(() => {
    const range = params.get('range')
    const zoom = parseMoments(params.get('from'), params.get('to'))
    const known = isRange(range) ? range : DEFAULT_RANGE
    return { span: zoom ?? known, range: known, zoom }
  }, [params])
}

/** Makes a step of the history. Two moments leave the range in the address: it is the way back. */
export function chooseSpan(span: TimeSpan): void {
  const query = new URLSearchParams(window.location.search)
  query.delete('from')
  query.delete('to')
  if (span === DEFAULT_RANGE) query.delete('range')
  else for (const [key, value] of Object.entries(spanParams(span))) query.set(key, value)
  const search = query.toString()
  window.history.pushState(null, '', `${window.location.pathname}${search === '' ? '' : `?${search}`}`)
}
