'use client'

import type { ReactNode } from 'react'
import { LiveProvider } from '../live/live-provider.tsx'
import { TipLayer } from '../ui/tip-layer.tsx'
import { Announcer } from './announcer.tsx'
import { BottomBar } from './bottom-bar.tsx'
import { CommandFollower } from './command-follower.tsx'
import { LiveRegion } from './live-region.tsx'
import { Overlays } from './overlays.tsx'
import { PauseInAddress } from './pause-in-address.tsx'
import { Shortcuts } from './shortcuts.tsx'
import { SideBar } from './side-bar.tsx'
import { Toaster } from './toaster.tsx'

/** What is around every page: the way around, the connection, keys, notices. */
export function Frame({ children }: { readonly children: ReactNode }) {
  return (
    <LiveProvider>
      <a href="#main" className="float sr-only z-50 px-3 py-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2">
        Skip to the content
      </a>
      <div className="flex min-h-dvh">
        <SideBar />
        {children}
      </div>
      <BottomBar />
      <Shortcuts />
      <PauseInAddress />
      <Announcer />
      <CommandFollower />
      <Overlays />
      <Toaster />
      <TipLayer />
      <LiveRegion />
    </LiveProvider>
  )
}
