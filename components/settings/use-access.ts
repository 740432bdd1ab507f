'use client'

import { useCallback, useEffect, useState } from 'react'
import { messageOf } from '../../lib/errors.ts'
import type { AccessView } from '../../lib/live/http.ts'
import { request } from '../live/http.ts'

export interface Access {
  /** Null until it is known. */
  readonly view: AccessView | null
  readonly error: string | null
  readonly reload: () => void
}

/** Who may come in. Asked once, and again after a change. */
export function useAccess(): Access {
  const [view, setView] = useState<AccessView | null>(null)
  const [error, setError] = useState<string | null>(null)
  const reload = useCallback(() => {
    request<AccessView>('/umbel/access').then(
      (answer) => {
        setView(answer)
        setError(null)
      },
      (thrown: unknown) => setError(messageOf(thrown)),
    )
  }, [])
  useEffect(reload, [reload])
  return { view, error, reload }
}
