'use client'

import { useEffect, useRef } from 'react'
import { useConnection } from '../live/use-connection.ts'
import { useLive } from '../live/use-live.ts'
import { plural } from '../ui/format.ts'
import { announce } from '../ui/toast.ts'

/** Says what changed for everybody: the connection, and alerts that began to fire. Counters are never spoken. */
export function Announcer() {
  const { state } = useConnection()
  const { view } = useLive({ name: 'status' })
  const firing = view?.counts.alertsFiring ?? null
  const wasLost = useRef(false)
  const lastFiring = useRef<number | null>(null)

  useEffect(() => {
    if (state === 'lost') announce('Connection to Umbel lost.')
    else if (state === 'connected' && wasLost.current) announce('Connected to Umbel again.')
    wasLost.current = state === 'lost'
  }, [state])

  useEffect(() => {
    if (firing === null) return
    if (lastFiring.current !== null && firing > lastFiring.current) announce(`${plural(firing, 'alert')} firing.`)
    lastFiring.current = firing
  }, [firing])
  return null
}
