'use client'

import { Boxes } from 'lucide-react'
import { classHref } from '../classes/class-href.ts'
import { useLive } from '../live/use-live.ts'
import { ICON, PaletteGroup, PaletteItem } from './palette-item.tsx'

const MOST = 20

/** Classes of tasks that ran in the last day, by what is typed; they are counted only while something is. */
export function PaletteClasses({ typed, go }: { readonly typed: string; readonly go: (href: string) => void }) {
  const { view } = useLive({ name: 'classes', range: '24h' })
  const text = typed.toLowerCase()
  const found =
    view?.classes?.filter(({ task }) => task !== '' && `class ${task}`.toLowerCase().includes(text)).slice(0, MOST) ??
    []
  if (found.length === 0) return null
  return (
    <PaletteGroup heading="Classes of tasks">
      {found.map(({ task }) => (
        <PaletteItem key={task} value={`class ${task}`} onSelect={() => go(classHref(task))} icon={<Boxes {...ICON} />}>
          {task}
        </PaletteItem>
      ))}
    </PaletteGroup>
  )
}
