/**
 * Single keys of the page. Parts of the page register theirs; the newest registration that knows a key gets it. Off
 * while somebody types, in dialogs, and when a person switched them off (WCAG 2.1.4).
 */
import { useEffect, useRef } from 'react'
import { createStore } from '../ui/store.ts'

/** From a key as written in the help (`j`, `Shift+x`, `g t`, `Escape`) to what it does. False: not for me. */
export type KeyMap = { readonly [key: string]: (event: KeyboardEvent) => unknown }

interface Registration {
  current: KeyMap
}

const SEQUENCE_MS = 1_200
const KEPT = 'umbel-keys'
const registered: Registration[] = []

export const keysOn = createStore(true)

export function loadKeysOn(): void {
  keysOn.set(localStorage.getItem(KEPT) !== 'off')
}

export function setKeysOn(on: boolean): void {
  keysOn.set(on)
  localStorage.setItem(KEPT, on ? 'on' : 'off')
}

/** Registers keys while the component is there. The map may be a new one each time. */
export function useKeys(map: KeyMap): void {
  const registration = useRef<Registration>({ current: map })
  registration.current.current = map
  useEffect(() => {
    const mine = registration.current
    registered.push(mine)
    return () => {
      registered.splice(registered.indexOf(mine), 1)
    }
  }, [])
}

/** Listens for all registered keys. Gives the function that ends it. */
export function listenForKeys(): () => void {
  let first: { readonly key: string; readonly atMs: number } | null = null
  const listen = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
    const key = nameOf(event)
    if (key === null) return
    if (isTyping(event.target) || document.querySelector('dialog[open]') !== null) return
    if (!keysOn.get() && key.length === 1) return
    if ((key === 'Enter' || key === 'Space') && pressesSomething(event.target)) return
    const pair = first !== null && event.timeStamp - first.atMs < SEQUENCE_MS ? `${first.key} ${key}` : null
    first = null
    if (pair !== null && dispatch(pair, event)) return
    if (dispatch(key, event)) return
    if (startsPair(key)) first = { key, atMs: event.timeStamp }
  }
  window.addEventListener('keydown', listen)
  return () => window.removeEventListener('keydown', listen)
}

function dispatch(key: string, event: KeyboardEvent): boolean {
  for (const { current } of registered.toReversed()) {
    const action = current[key]
    if (action === undefined || action(event) === false) continue
    event.preventDefault()
    return true
  }
  return false
}

function startsPair(key: string): boolean {
  return registered.some(({ current }) => Object.keys(current).some((known) => known.startsWith(`${key} `)))
}

function nameOf(event: KeyboardEvent): string | null {
  if (event.key === ' ') return 'Space'
  if (event.key.length > 1) return event.shiftKey ? `Shift+${event.key}` : event.key
  const letter = event.key.toLowerCase()
  return event.shiftKey && letter !== letter.toUpperCase() ? `Shift+${letter}` : event.key
}

/** True where Enter and Space have a meaning of their own. */
function pressesSomething(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('a,button,summary,[role="menuitem"],input') !== null
}

/** True where keys are text. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable) return true
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button'].includes(target.type)
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
}
