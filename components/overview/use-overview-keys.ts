'use client'

import { useKeys } from '../frame/keys.ts'
import { useRouter } from '../ui/navigation.ts'
import { FIGURE_HREFS } from './figure-hrefs.ts'

/** 1 to 5 open what a figure counts, Enter the first thing that needs attention (where nothing has the focus). */
export function useOverviewKeys(firstAttention: string | null): void {
  const router = useRouter()
  const figures = Object.values(FIGURE_HREFS).map((href, i) => [String(i + 1), () => router.push(href)] as const)
  useKeys({
    ...Object.fromEntries(figures),
    Enter: (event) => {
      const isFree =
        event.target === document.body || (event.target instanceof HTMLElement && event.target.id === 'main')
      if (!isFree || firstAttention === null) return false
      router.push(firstAttention)
    },
  })
}
