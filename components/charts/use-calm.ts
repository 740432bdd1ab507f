import { useEffect, useRef, useState } from 'react'

/**
 * The newest value, but at most one every `everyMs`, and none while `paused`: so that a chart is drawn for people and not
 * for each message. The first value is there at once, and so is one of another `key` (another range, another queue).
 */
export function useCalm<T>(value: T, key: string, everyMs: number, paused: boolean): T {
  const [shown, setShown] = useState({ value, key, atMs: 0 })
  const latest = useRef(value)
  latest.current = value
  useEffect(() => {
    if (paused || (Object.is(shown.value, value) && shown.key === key)) return
    const waitMs = shown.key === key ? shown.atMs + everyMs - performance.now() : 0
    const timer = setTimeout(
      () => setShown({ value: latest.current, key, atMs: performance.now() }),
      Math.max(0, waitMs),
    )
    return () => clearTimeout(timer)
  }, [value, key, everyMs, paused, shown])
  return shown.key === key ? shown.value : value
}
