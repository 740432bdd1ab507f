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
  const choose = useCallback(
    (next: V) => {
      const query = new URLSearchParams(window.location.search)
      if (next === otherwise) query.delete(key)
      else query.set(key, next)
      const search = query.toString()
      window.history.pushState(null, '', `${window.location.pathname}${search === '' ? '' : `?${search}`}`)
    },
    [key, otherwise],
  )
  return [value, choose]
}
