'use client'

import { usePathname as useNextPathname, useRouter as useNextRouter } from 'next/navigation'
import { useMemo } from 'react'
import { usePageSettings } from './page-settings.tsx'
import { withoutPrefix } from './prefix.ts'

export interface Router {
  push(path: string): void
  replace(path: string): void
}

/** Next's router, for paths of ours. */
export function useRouter(): Router {
  const router = useNextRouter()
  const { prefix } = usePageSettings()
  return useMemo(
    () => ({ push: (path) => router.push(prefix + path), replace: (path) => router.replace(prefix + path) }),
    [router, prefix],
  )
}

/** The path of the page, as the server has it: without the prefix. */
export function usePathname(): string {
  const path = useNextPathname()
  const { prefix } = usePageSettings()
  // The server draws from a path that has lost its prefix already.
  return typeof window === 'undefined' ? path : withoutPrefix(path, prefix)
}
