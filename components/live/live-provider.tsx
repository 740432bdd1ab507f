'use client'

import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { loadTimeForm } from '../ui/time-form.ts'
import { LiveStore } from './live-store.ts'

const Context = createContext<LiveStore | null>(null)

/** Opens the page's one connection and closes it with the page. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const [store] = useState(() => new LiveStore())
  useEffect(() => {
    const visibility = () => store.setVisible(document.visibilityState === 'visible')
    store.start()
    visibility()
    loadTimeForm()
    document.addEventListener('visibilitychange', visibility)
    return () => {
      document.removeEventListener('visibilitychange', visibility)
      store.stop()
    }
  }, [store])
  return <Context value={store}>{children}</Context>
}

export function useLiveStore(): LiveStore {
  const store = useContext(Context)
  if (store === null) throw new Error('useLive needs a LiveProvider above it')
  return store
}
