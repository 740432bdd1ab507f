'use client'

import { useEffect } from 'react'
import { usePause } from '../live/use-pause.ts'
import { useRouter } from '../ui/navigation.ts'
import { nextTimeForm } from '../ui/time-form.ts'
import { announce, showToast } from '../ui/toast.ts'
import { listenForKeys, loadKeysOn, useKeys } from './keys.ts'
import { FOOT_ITEMS, NAV_ITEMS } from './nav-items.ts'
import { openHelp, openPalette } from './overlays.tsx'
import { nextDensity, startTheme, toggleSideBar, toggleTheme } from './theme.ts'

const FORM_WORDS = { relative: 'Times are shown as age', local: 'Times are local', utc: 'Times are in UTC' } as const

/** The keys that work on every page. */
export function Shortcuts() {
  const router = useRouter()
  const { paused, setPaused } = usePause()

  useEffect(() => {
    loadKeysOn()
    const stops = [listenForKeys(), startTheme()]
    const palette = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey) || event.altKey) return
      event.preventDefault()
      openPalette()
    }
    window.addEventListener('keydown', palette)
    return () => {
      for (const stop of stops) stop()
      window.removeEventListener('keydown', palette)
    }
  }, [])

  useKeys({
    ...Object.fromEntries(
      [...NAV_ITEMS, ...FOOT_ITEMS].flatMap(({ key, href }) =>
        key === undefined ? [] : [[`g ${key}`, () => router.push(href)]],
      ),
    ),
    '?': openHelp,
    p: () => {
      setPaused(!paused)
      announce(paused ? 'Live again' : 'Paused')
    },
    t: () => showToast({ text: `${FORM_WORDS[nextTimeForm()]}.` }),
    d: toggleTheme,
    'Shift+d': () => showToast({ text: `Density: ${nextDensity()}.` }),
    '\\': toggleSideBar,
    '/': () => {
      const box = document.querySelector<HTMLElement>('[data-search]')
      if (box === null) openPalette()
      else box.focus()
    },
  })
  return null
}
