'use client'

import { useCallback } from 'react'
import { useAddressQuery } from './use-address-query.ts'

/**
 * One key of the address's query. A value that equals `otherwise` is left out of the address, other keys stay, and
 * choosing makes a step of the history; nothing is asked of the server. What is not in `values` counts as `otherwise`.
 */
export function useUrlParam<V extends string>(
  key: string,
  values: readonly V[],
  otherwise: V,
): readonly [V, (value: V) => void] {
  const params = useAddressQuery()
  const text = params.get(key)
  const value = values.find((candidate) => candidate === text) ?? otherwise
  const choose = useCallback((next: V) => setUrlParam(key, next === otherwise ? null : next, 'push'), [key, otherwise])
  return [value, choose]
}

/** The same for what is typed: while it is typed the entry of the history is replaced (ux.md 6). */
export function useUrlText(key: string): readonly [string, (value: string, done: boolean) => void] {
  const value = useAddressQuery().get(key) ?? ''
  const change = useCallback(
    (next: string, done: boolean) => setUrlParam(key, next === '' ? null : next, done ? 'push' : 'replace'),
    [key],
  )
  return [value, change]
}

function setUrlParam(key: string, value: string | null, how: 'push' | 'replace'): void {
  const query = new URLSearchParams(window.location.search)
  if (value === null) query.delete(key)
  else query.set(key, value)
  const search = query.toString()
  const address = `${window.location.pathname}${search === '' ? '' : `?${search}`}`
  if (how === 'push') window.history.pushState(null, '', address)
  else window.history.replaceState(null, '', address)
}
