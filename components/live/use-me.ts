'use client'

import { useEffect } from 'react'
import type { Me } from '../../lib/live/http.ts'
import { createStore, useStore } from '../ui/store.ts'
import { request } from './http.ts'
import { useConnection } from './use-connection.ts'

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
  const { state } = useConnection()
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
  const lost = state === 'lost' ? 'The connection to Umbel is lost' : null
  return { me: known, cannotAct: lost ?? (known === null ? null : reasonOf(known)) }
}

function reasonOf({ role, readOnly }: Me): string | null {
  if (readOnly) return 'Umbel was started read-only'
  return role === 'viewer' ? 'Needs the operator role' : null
}
