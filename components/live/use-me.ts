'use client'

import { useEffect } from 'react'
import type { ActionName, Me } from '../../lib/live/http.ts'
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
  /** The same for what only admins do. */
  readonly cannotAdmin: string | null
  /** The same for one action of admins, which operators may have been given. */
  readonly cannotDo: (action: ActionName) => string | null
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
  const reason = (needed: 'operator' | 'admin') => lost ?? (known === null ? null : reasonOf(known, needed))
  const cannotDo = (action: ActionName) =>
    known?.grants.includes(action) === true && !known.readOnly ? lost : reason('admin')
  return { me: known, cannotAct: reason('operator'), cannotAdmin: reason('admin'), cannotDo }
}

function reasonOf({ role, readOnly, via }: Me, needed: 'operator' | 'admin'): string | null {
  if (readOnly) return 'Umbel was started read-only'
  if (role === 'admin' || role === needed) return null
  if (via === 'none') return 'Without a log-in, only people at its own machine may change things'
  return `Needs the ${needed} role; yours is ${role}`
}
