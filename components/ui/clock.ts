/**
 * The page's one timer, one tick a second, on the server's clock: ages must not depend on how the browser's clock is
 * set. A component follows a *text* made from the time, so that a tick draws only what reads differently.
 */
import { useSyncExternalStore } from 'react'

let offsetMs = 0
let tickMs = 0
let timer: ReturnType<typeof setInterval> | null = null
const listeners = new Set<() => void>()

/** Tells the clock what time the server has. Small differences are network delay and are left alone. */
export function setServerTime(serverMs: number): void {
  const offset = serverMs - Date.now()
  if (Math.abs(offset - offsetMs) > 250) offsetMs = offset
  if (tickMs === 0) tick()
}

/** The server's time, now. */
export function serverNow(): number {
  return Date.now() + offsetMs
}

function tick(): void {
  tickMs = serverNow()
  for (const listener of [...listeners]) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  if (timer === null) {
    tickMs = serverNow()
    timer = setInterval(tick, 1_000)
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0 || timer === null) return
    clearInterval(timer)
    timer = null
  }
}

/** The server's time, renewed at most every `everyMs` (a multiple of a second). 0 while the server draws. */
export function useNow(everyMs = 1_000): number {
  return useSyncExternalStore(
    subscribe,
    () => (tickMs === 0 ? 0 : Math.floor(tickMs / everyMs) * everyMs + (everyMs === 1_000 ? 999 : 0)),
    () => 0,
  )
}

/** A text made from the time; the component is drawn again only when the text differs. */
export function useTimeText(text: (nowMs: number) => string): string {
  return useSyncExternalStore(
    subscribe,
    () => text(tickMs === 0 ? serverNow() : tickMs),
    () => '',
  )
}
