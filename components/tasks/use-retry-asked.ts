'use client'

import { useEffect, useRef } from 'react'
import type { TaskRowView } from '../../lib/live/views.ts'
import { showToast } from '../ui/toast.ts'
import type { Beyond } from './use-beyond.ts'

/** In an address: all that match are chosen, and the dialog that sends them again opens. */
const KEY = 'do'

/** Follows `do=retry` once; the address is then that of the list alone, so that a reload asks for nothing. */
export function useRetryAsked(beyond: Beyond, onRows: (rows: readonly TaskRowView[]) => void): void {
  const latest = useRef({ beyond, onRows })
  latest.current = { beyond, onRows }
  useEffect(() => {
    const query = new URLSearchParams(window.location.search)
    if (query.get(KEY) !== 'retry') return
    query.delete(KEY)
    window.history.replaceState(null, '', `${window.location.pathname}?${query}`)
    void latest.current.beyond.selectMatched(true).then((rows) => {
      if (rows === null) return
      if (rows.length === 0) showToast({ level: 'warn', text: 'None of these tasks is kept any more.' })
      else latest.current.onRows(rows)
    })
  }, [])
}
