'use client'

import { useEffect, useRef, useState } from 'react'

const RELEASE_AFTER_MS = 2_000

/** True while one of the reasons holds, and two seconds longer. */
export function useHeld(...reasons: readonly boolean[]): boolean {
  const wanted = reasons.some(Boolean)
  const [held, setHeld] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => {
    clearTimeout(timer.current)
    if (wanted) setHeld(true)
    else timer.current = setTimeout(() => setHeld(false), RELEASE_AFTER_MS)
    return () => clearTimeout(timer.current)
  }, [wanted])
  return held || wanted
}
