'use client'

import { useCallback, useMemo, useRef, useState } from 'react'
import { rangeOf } from './selection.model.ts'

export interface Selection {
  readonly ids: ReadonlySet<string>
  readonly toggle: (id: string) => void
  /** Everything from the last toggled row to this one, in the given order. */
  readonly extend: (id: string, order: readonly string[]) => void
  readonly set: (ids: Iterable<string>) => void
  readonly clear: () => void
}

const NONE: ReadonlySet<string> = new Set()

export function useSelection(): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(NONE)
  const anchor = useRef<string | null>(null)
  const toggle = useCallback((id: string) => {
    anchor.current = id
    setIds((before) => {
      const next = new Set(before)
      if (!next.delete(id)) next.add(id)
      return next
    })
  }, [])
  const extend = useCallback((id: string, order: readonly string[]) => {
    const range = rangeOf(order, anchor.current ?? id, id)
    anchor.current ??= id
    setIds((before) => new Set([...before, ...range]))
  }, [])
  const set = useCallback((next: Iterable<string>) => setIds(new Set(next)), [])
  const clear = useCallback(() => {
    anchor.current = null
    setIds(NONE)
  }, [])
  return useMemo(() => ({ ids, toggle, extend, set, clear }), [ids, toggle, extend, set, clear])
}
