'use client'

import { useEffect, useRef } from 'react'
import { usePause } from '../live/use-pause.ts'
import { usePathname } from '../ui/navigation.ts'
import { usePageSettings } from '../ui/page-settings.tsx'

/**
 * `live=off` in the address while the page is paused, so that a link opens as it was seen (ux.md 6). Without
 * `--auto-refresh` a page stands still unless it says `live=on`.
 */
export function PauseInAddress() {
  const { paused, setPaused } = usePause()
  const { autoRefresh } = usePageSettings()
  const path = usePathname()
  const isRead = useRef(false)
  useEffect(() => {
    const query = new URLSearchParams(window.location.search)
    const told = query.get('live')
    if (!isRead.current) {
      isRead.current = true
      if (autoRefresh ? told === 'off' : told !== 'on') return setPaused(true)
    }
    const wanted = paused === autoRefresh ? (paused ? 'off' : 'on') : null
    if (told === wanted) return
    if (wanted === null) query.delete('live')
    else query.set('live', wanted)
    const search = query.toString()
    window.history.replaceState(null, '', `${window.location.pathname}${search === '' ? '' : `?${search}`}`)
  }, [paused, path, setPaused, autoRefresh])
  return null
}
