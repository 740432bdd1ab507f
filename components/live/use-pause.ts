'use client'

import { useCallback } from 'react'
import { useStore } from '../ui/store.ts'
import { useLiveStore } from './live-provider.tsx'

export interface Pause {
  readonly paused: boolean
  readonly setPaused: (paused: boolean) => void
}

/** Whether the page stands still on a person's wish (key `p`). Alerts and the state of the connection go on. */
export function usePause(): Pause {
  const store = useLiveStore()
  const paused = useStore(store.paused, false)
  const setPaused = useCallback((next: boolean) => store.setPaused(next), [store])
  return { paused, setPaused }
}
