'use client'

import { useStore } from '../ui/store.ts'
import { useLiveStore } from './live-provider.tsx'
import type { Connection } from './live-store.ts'

const CONNECTING: Connection = { state: 'connecting', lastWordMs: null, nextTryMs: null, stale: false }

/** How the browser's own connection to Umbel is. */
export function useConnection(): Connection & { readonly tryNow: () => void } {
  const store = useLiveStore()
  return { ...useStore(store.connection, CONNECTING), tryNow: () => store.tryNow() }
}
