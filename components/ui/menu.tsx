'use client'

import type { LucideIcon } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { cx } from './cx.ts'
import { Link } from './link.tsx'
import { placeAt } from './place-at.ts'

export interface MenuAction {
  readonly label: string
  readonly icon?: LucideIcon
  readonly keys?: string
  readonly danger?: boolean
  readonly checked?: boolean
  readonly disabledReason?: string | null | undefined
  /** A place to go, or something to do. */
  readonly href?: string
  readonly onSelect?: () => void
}

export type MenuItem = MenuAction | 'separator'

export interface MenuProps {
  readonly label: string
  /** What is inside the button. */
  readonly trigger: ReactNode
  readonly items: readonly MenuItem[]
  readonly className?: string
  readonly tabIndex?: number
  readonly onOpenChange?: (open: boolean) => void
}

const TRIGGER =
  'inline-flex h-control min-w-6 shrink-0 items-center justify-center gap-1.5 rounded-md px-2 text-sm text-fg-2 hover:bg-hover hover:text-fg'

/**
 * A button with a list of actions. The list is a native popover: it stands in the top layer, closes on Esc and on a
 * click elsewhere, and gives the focus back.
 */
export function Menu({ label, trigger, items, className, tabIndex, onOpenChange }: MenuProps) {
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const [open, setOpen] = useState(false)
  const change = (next: boolean) => {
    setOpen(next)
    onOpenChange?.(next)
  }
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={label}
        data-tip={open ? undefined : label}
        tabIndex={tabIndex}
        onClick={(event) => {
          event.stopPropagation()
          change(!open)
        }}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown') return
          event.preventDefault()
          event.stopPropagation()
          change(true)
        }}
        className={className ?? TRIGGER}
      >
        {trigger}
      </button>
      {open && <MenuList id={id} label={label} items={items} anchor={button.current} onClose={() => change(false)} />}
    </>
  )
}

interface MenuListProps {
  readonly id: string
  readonly label: string
  readonly items: readonly MenuItem[]
  readonly anchor: HTMLElement | null
  readonly onClose: () => void
}

function MenuList({ id, label, items, anchor, onClose }: MenuListProps) {
  const list = useRef<HTMLDivElement>(null)
  const close = useRef(onClose)
  close.current = onClose

  useEffect(() => {
    const element = list.current
    if (element === null) return
    const toggled = (event: Event) => (event as ToggleEvent).newState === 'closed' && close.current()
    element.addEventListener('toggle', toggled)
    element.showPopover()
    if (anchor !== null) placeAt(element, anchor, 'end')
    focusItem(element, 0)
    return () => {
      element.removeEventListener('toggle', toggled)
      if (element.contains(document.activeElement)) anchor?.focus()
    }
  }, [anchor])

  const finish = () => {
    anchor?.focus()
    onClose()
  }
  return (
    <div
      ref={list}
      id={id}
      role="menu"
      aria-label={label}
      popover="auto"
      onKeyDown={(event) => moveInMenu(event, finish)}
      onClick={(event) => event.stopPropagation()}
      className="float fade-in fixed inset-auto m-0 max-h-[min(27rem,calc(100dvh-1rem))] min-w-44 overflow-y-auto p-1"
    >
      {items.map((item, i) =>
        item === 'separator' ? (
          // biome-ignore lint/a11y/useSemanticElements: an hr is not allowed in a menu
          <div key={i} role="separator" className="mx-1 my-1 border-t border-line" />
        ) : (
          <MenuEntry key={item.label} item={item} onDone={finish} />
        ),
      )}
    </div>
  )
}

function MenuEntry({ item, onDone }: { readonly item: MenuAction; readonly onDone: () => void }) {
  const blocked = item.disabledReason !== undefined && item.disabledReason !== null
  const Icon = item.icon
  const look = cx(
    'ring-inside flex min-h-7 w-full items-center gap-2 rounded-sm px-2 py-1 text-left text-sm hover:bg-hover focus:bg-hover',
    item.danger === true ? 'text-bad' : 'text-fg',
    blocked && 'opacity-60',
  )
  const content = (
    <>
      {Icon !== undefined && <Icon size={14} strokeWidth={1.75} className="shrink-0 text-fg-3" aria-hidden />}
      <span className="flex-1">{item.label}</span>
      {item.keys !== undefined && <span className="text-2xs text-fg-3">{item.keys}</span>}
    </>
  )
  if (item.href !== undefined) {
    return (
      <Link role="menuitem" tabIndex={-1} href={item.href} className={look} onClick={onDone}>
        {content}
      </Link>
    )
  }
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: aria-checked is there only where the role is menuitemcheckbox
    <button
      type="button"
      role={item.checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
      aria-checked={item.checked}
      aria-disabled={blocked || undefined}
      data-tip={item.disabledReason ?? undefined}
      tabIndex={-1}
      className={look}
      onClick={() => {
        if (blocked) return
        if (item.checked === undefined) onDone()
        item.onSelect?.()
      }}
    >
      {item.checked !== undefined && <span className="w-3 shrink-0">{item.checked ? '✓' : ''}</span>}
      {content}
    </button>
  )
}

function moveInMenu(event: KeyboardEvent<HTMLDivElement>, close: () => void): void {
  event.stopPropagation()
  const list = event.currentTarget
  const entries = menuEntries(list)
  const at = document.activeElement instanceof HTMLElement ? entries.indexOf(document.activeElement) : -1
  if (event.key === 'ArrowDown' || event.key === 'j') focusItem(list, at + 1)
  else if (event.key === 'ArrowUp' || event.key === 'k') focusItem(list, at - 1)
  else if (event.key === 'Home') focusItem(list, 0)
  else if (event.key === 'End') focusItem(list, -1)
  else if (event.key === 'Tab' || event.key === 'Escape') close()
  else if (event.key.length === 1 && event.key !== ' ') {
    const letter = event.key.toLowerCase()
    entries.find((entry) => entry.textContent?.trim().toLowerCase().startsWith(letter))?.focus()
    return
  } else return
  event.preventDefault()
}

function menuEntries(list: HTMLElement): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>('[role^="menuitem"]')]
}

function focusItem(list: HTMLElement, index: number): void {
  const entries = menuEntries(list)
  entries[(index + entries.length) % Math.max(1, entries.length)]?.focus()
}
