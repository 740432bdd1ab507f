'use client'

import { useEffect, useRef } from 'react'
import { usePause } from '../live/use-pause.ts'
import { usePathname } from '../ui/navigation.ts'

/** `live=off` in the address while the page is paused, so that a link opens as it was seen (ux.md 6). */
export function PauseInAddress() {
  const { paused, setPaused } = usePause()
  const path = usePathname()
  const isRead = useRef(false)
  useEffect(() => {
    const query = new URLSearchParams(window.location.search)
    const isOff = query.get('live') === 'off'
    if (!isRead.current) {
      isRead.current = true
      if (isOff) return setPaused(true)
    }
    if (isOff === paused) return
    if (paused) query.set('live', 'off')
    else query.delete('live')
    const search = query.toString()
    window.history.replaceState(null, '', `${window.location.pathname}${search === '' ? '' : `?${search}`}`)
  }, [paused, path, setPaused])
  return null
}
