'use client'

import dynamic from 'next/dynamic'
import { createStore, useStore } from '../ui/store.ts'

type Overlay = 'palette' | 'help' | null

const overlay = createStore<Overlay>(null)

const Palette = dynamic(() => import('./palette.tsx').then((part) => part.Palette), { ssr: false })
const KeyHelp = dynamic(() => import('./key-help.tsx').then((part) => part.KeyHelp), { ssr: false })

export function openPalette(): void {
  overlay.set('palette')
}

export function openHelp(): void {
  overlay.set('help')
}

/** The palette and the list of keys: loaded when first opened. */
export function Overlays() {
  const open = useStore(overlay, null)
  const close = () => overlay.set(null)
  if (open === 'palette') return <Palette onClose={close} />
  return open === 'help' ? <KeyHelp onClose={close} /> : null
}
