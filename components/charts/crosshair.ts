import { useSyncExternalStore } from 'react'

type Crosshair = { readonly atMs: number; readonly by: string } | null

const listeners = new Map<string, Set<() => void>>()
const current = new Map<string, Crosshair>()

/** Points all charts of a group to the same moment; `by` is the chart under the pointer, which shows the numbers. */
export function pointTo(group: string, crosshair: Crosshair): void {
  if (crosshair === null) current.delete(group)
  else current.set(group, crosshair)
  for (const listener of listeners.get(group) ?? []) listener()
}

export function useCrosshair(group: string): Crosshair {
  return useSyncExternalStore(
    (listener) => {
      const group_ = listeners.get(group) ?? new Set()
      listeners.set(group, group_.add(listener))
      return () => {
        group_.delete(listener)
        if (group_.size === 0) listeners.delete(group)
      }
    },
    () => current.get(group) ?? null,
    () => null,
  )
}
