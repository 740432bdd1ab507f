'use client'

import { useSearchParams } from 'next/navigation'
import { useMemo, useRef, useSyncExternalStore } from 'react'
import { usePathname } from './navigation.ts'

/**
 * The query of the address as it stands in the browser. Next follows the way back with a request to the server, and of
 * two quick steps back may miss the second (16.4): the page would show another view than its address says.
 */
export function useAddressQuery(): URLSearchParams {
  const ofNext = useSearchParams().toString()
  const path = usePathname()
  const last = useRef(ofNext)
  const search = useSyncExternalStore(
    follow,
    () => {
      // On the way to another page this one keeps what it shows.
      if (plain(window.location.pathname).endsWith(plain(path))) {
        last.current = new URLSearchParams(window.location.search).toString()
      }
      return last.current
    },
    () => ofNext,
  )
  return useMemo(() => new URLSearchParams(search), [search])
}

function follow(onChange: () => void): () => void {
  window.addEventListener('popstate', onChange)
  return () => window.removeEventListener('popstate', onChange)
}

/** Next has some letters of a path as they are and some as percent signs, and a name may hold a percent sign itself. */
function plain(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
