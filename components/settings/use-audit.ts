'use client'

import { useCallback, useEffect, useRef, useState } from 'react'
import { messageOf } from '../../lib/errors.ts'
import type { AuditLineView, AuditPage } from '../../lib/live/http.ts'
import { request } from '../live/http.ts'

export interface AuditFilter {
  readonly who: string
  readonly what: string
  readonly q: string
  /** Empty: all. */
  readonly outcome: '' | AuditLineView['outcome']
}

export interface AuditLines {
  /** Null until they are known. */
  readonly lines: readonly AuditLineView[] | null
  readonly error: string | null
  /** Null when there are no older ones. */
  readonly more: (() => void) | null
  readonly reload: () => void
  readonly busy: boolean
}

const PAUSE_MS = 250

/** The lines that fit, newest first; older ones on demand. A new filter waits until the typing pauses. */
export function useAudit(filter: AuditFilter): AuditLines {
  const [lines, setLines] = useState<readonly AuditLineView[] | null>(null)
  const [next, setNext] = useState<string | null>(null)
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const round = useRef(0)
  const { who, what, q, outcome } = filter

  const load = useCallback(
    (before: string | null) => {
      round.current += 1
      const mine = round.current
      const query = new URLSearchParams({ who, what, q, outcome, ...(before !== null && { before }) })
      setBusy(true)
      request<AuditPage>(`/umbel/audit?${query}`)
        .then(
          (page) => {
            if (mine !== round.current) return
            setLines((known) => (before === null ? page.lines : [...(known ?? []), ...page.lines]))
            setNext(page.next)
            setError(null)
          },
          (thrown: unknown) => mine === round.current && setError(messageOf(thrown)),
        )
        .finally(() => mine === round.current && setBusy(false))
    },
    [who, what, q, outcome],
  )
  useEffect(() => {
    const timer = setTimeout(() => load(null), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [load])

  return { lines, error, busy, more: next === null ? null : () => load(next), reload: () => load(null) }
}
