'use client'

import type { KeyboardEvent, ReactNode } from 'react'
import { cx } from './cx.ts'

export interface TabItem<Id extends string> {
  readonly id: Id
  readonly label: string
  /** Shown after the label: a number that belongs to what the tab shows. */
  readonly count?: ReactNode
}

export interface TabsProps<Id extends string> {
  readonly tabs: readonly TabItem<Id>[]
  readonly value: Id
  readonly onChange: (id: Id) => void
  /** What the tabs are of, for those who cannot see it. */
  readonly label: string
  /** Ties tabs to their panels (`TabPanel`). */
  readonly name: string
}

/** One tab stop; arrows, Home and End choose. */
export function Tabs<Id extends string>({ tabs, value, onChange, label, name }: TabsProps<Id>) {
  const move = (event: KeyboardEvent<HTMLDivElement>) => {
    const at = tabs.findIndex((tab) => tab.id === value)
    const to = target(event.key, at, tabs.length)
    const next = to === null ? undefined : tabs[to]
    if (next === undefined) return
    event.preventDefault()
    event.stopPropagation()
    onChange(next.id)
    document.getElementById(tabId(name, next.id))?.focus()
  }
  return (
    <div
      role="tablist"
      aria-label={label}
      onKeyDown={move}
      className="scroll-thin flex gap-4 overflow-x-auto overflow-y-hidden border-b border-line"
    >
      {tabs.map((tab) => {
        const chosen = tab.id === value
        return (
          <button
            key={tab.id}
            id={tabId(name, tab.id)}
            type="button"
            role="tab"
            aria-selected={chosen}
            aria-controls={chosen ? panelId(name, tab.id) : undefined}
            tabIndex={chosen ? 0 : -1}
            onClick={() => onChange(tab.id)}
            className={cx(
              'ring-inside -mb-px flex h-9 shrink-0 items-center gap-1.5 border-b-2 text-sm whitespace-nowrap',
              chosen ? 'border-accent font-medium text-fg' : 'border-transparent text-fg-2 hover:text-fg',
            )}
          >
            {tab.label}
            {tab.count !== undefined && <span className="text-xs font-normal text-fg-3">{tab.count}</span>}
          </button>
        )
      })}
    </div>
  )
}

/** What the chosen tab shows. */
export function TabPanel({ name, id, children, className }: TabPanelProps) {
  return (
    <div role="tabpanel" id={panelId(name, id)} aria-labelledby={tabId(name, id)} className={className}>
      {children}
    </div>
  )
}

export interface TabPanelProps {
  readonly name: string
  readonly id: string
  readonly children: ReactNode
  readonly className?: string
}

function target(key: string, at: number, count: number): number | null {
  if (key === 'ArrowRight') return (at + 1) % count
  if (key === 'ArrowLeft') return (at - 1 + count) % count
  if (key === 'Home') return 0
  return key === 'End' ? count - 1 : null
}

function tabId(name: string, id: string): string {
  return `${name}-tab-${id}`
}

function panelId(name: string, id: string): string {
  return `${name}-panel-${id}`
}
