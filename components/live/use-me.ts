'use client'

import { useEffect } from 'react'
import type { Me } from '../../lib/live/http.ts'
import { createStore, useStore } from '../ui/store.ts'
import { request } from './http.ts'

const me = createStore<Me | null>(null)
let asked = false

export interface MeAndRights {
  /** Null until it is known. */
  readonly me: Me | null
  /** Why this person cannot act now, or null when they can. */
  readonly cannotAct: string | null
}

/** Who looks at the page and what they may do. Asked once a page. */
export function useMe(): MeAndRights {
  const known = useStore(me, null)
  useEffect(() => {
    if (asked) return
    asked = true
    request<Me>('/umbel/me').then(
      (answer) => me.set(answer),
      () => {
        asked = false
      },
    )
  }, [])
  return { me: known, cannotAct: known === null ? null : reasonOf(known) }
}

function reasonOf({ role, readOnly }: Me): string | null {
  if (readOnly) return 'Umbel was started read-only'
  return role === 'viewer' ? 'Needs the operator role' : null
}
