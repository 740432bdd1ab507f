import { Command } from 'cmdk'
import type { ReactNode } from 'react'

export const ICON = { size: 14, strokeWidth: 1.75, 'aria-hidden': true, className: 'shrink-0 text-fg-3' } as const

/** Entries of the palette under one heading. */
export function PaletteGroup({ heading, children }: { readonly heading: string; readonly children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-fg-3"
    >
      {children}
    </Command.Group>
  )
}

interface ItemProps {
  readonly value: string
  readonly onSelect: () => void
  readonly icon: ReactNode
  readonly keys?: string
  readonly children: ReactNode
}

/** One of them: a place to go, or something to do. */
export function PaletteItem({ value, onSelect, icon, keys, children }: ItemProps) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex h-8 items-center gap-2.5 rounded-md px-2 text-sm data-[selected=true]:bg-hover"
    >
      {icon}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {keys !== undefined && <span className="text-2xs text-fg-3">{keys}</span>}
    </Command.Item>
  )
}
