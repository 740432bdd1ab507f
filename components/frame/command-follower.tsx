'use client'

import { useEffect } from 'react'
import { followed, updateFollowed } from '../live/followed.ts'
import { useLive } from '../live/use-live.ts'
import { useStore } from '../ui/store.ts'

const NONE: readonly never[] = []

/** Watches the commands while an action of this page is under way, and only then. */
export function CommandFollower() {
  const open = useStore(followed, NONE)
  return open.length === 0 ? null : <Watching />
}

function Watching() {
  const { view } = useLive({ name: 'commands' })
  useEffect(() => {
    if (view !== null) updateFollowed(view.commands)
  }, [view])
  return null
}
