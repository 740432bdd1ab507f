'use client'

import { useEffect, useMemo } from 'react'
import {
  isMoments,
  isRange,
  type Moments,
  parseMoments,
  type Range,
  spanParams,
  type TimeSpan,
} from '../../lib/live/time-span.ts'
import { DEFAULT_RANGE } from '../../lib/live/topic.ts'
import { useStore } from '../ui/store.ts'
import { useAddressQuery } from '../ui/use-address-query.ts'
import { keepRange, keptRange } from './kept-range.ts'

export interface PageSpan {
  /** What the charts show. */
  readonly span: TimeSpan
  /** The range to go back to. */
  readonly range: Range
  /** Set while the page stands at two moments instead of following the clock. */
  readonly zoom: Moments | null
}

/** The page's one span of time: its address's `from` and `to`, else its `range`, else the range that was chosen last. */
export function useSpan(): PageSpan {
  const params = useAddressQuery()
  const kept = useStore(keptRange, DEFAULT_RANGE)
  return useMemo(() => {
    const range = params.get('range')
    const zoom = parseMoments(params.get('from'), params.get('to'))
    const known = isRange(range) ? range : kept
    return { span: zoom ?? known, range: known, zoom }
  }, [params, kept])
}

/** Puts the range that was chosen last into an address that tells none: a link shows others what one sees. */
export function useSpanInAddress(): void {
  const params = useAddressQuery()
  const kept = useStore(keptRange, DEFAULT_RANGE)
  const isTold = isRange(params.get('range')) || params.has('from')
  useEffect(() => {
    if (isTold || kept === DEFAULT_RANGE) return
    const query = new URLSearchParams(window.location.search)
    query.set('range', kept)
    window.history.replaceState(null, '', `${window.location.pathname}?${query}`)
  }, [isTold, kept])
}

/**
 * Makes a step of the history. Two moments leave the range in the address: it is the way back. A range is written out
 * even when it is the usual one: whoever opens the link may have chosen another.
 */
export function chooseSpan(span: TimeSpan): void {
  const query = new URLSearchParams(window.location.search)
  query.delete('from')
  query.delete('to')
  for (const [key, value] of Object.entries(spanParams(span))) query.set(key, value)
  if (!isMoments(span)) keepRange(span)
  window.history.pushState(null, '', `${window.location.pathname}?${query}`)
}
