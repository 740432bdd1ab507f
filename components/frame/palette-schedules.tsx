'use client'

import { CalendarClock } from 'lucide-react'
import { useLive } from '../live/use-live.ts'
import { scheduleHref } from '../schedules/schedule-href.ts'
import { ICON, PaletteGroup, PaletteItem } from './palette-item.tsx'

const MOST = 50

/** Schedules whose name holds what is typed. There may be thousands: they are asked for only when something is typed. */
export function PaletteSchedules({ typed, go }: { readonly typed: string; readonly go: (href: string) => void }) {
  const { view } = useLive({ name: 'schedules' })
  const text = typed.toLowerCase()
  const found = view?.rows.filter((row) => `schedule ${row.name}`.toLowerCase().includes(text)).slice(0, MOST) ?? []
  if (found.length === 0) return null
  return (
    <PaletteGroup heading="Schedules">
      {found.map((row) => (
        <PaletteItem
          key={row.id}
          value={`schedule ${row.name} ${row.source}`}
          onSelect={() => go(scheduleHref(row.id))}
          icon={<CalendarClock {...ICON} />}
        >
          {row.name}
        </PaletteItem>
      ))}
    </PaletteGroup>
  )
}
