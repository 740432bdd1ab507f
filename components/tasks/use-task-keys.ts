'use client'

import { useEffect, useRef } from 'react'
import { isTyping, useKeys } from '../frame/keys.ts'
import { copyText } from '../ui/copy.tsx'
import { useRouter } from '../ui/navigation.ts'
import { withPrefix } from '../ui/prefix.ts'
import { announce, showToast } from '../ui/toast.ts'
import { CELL_COLUMNS, type CellColumn } from './cell-filter.model.ts'
import type { TaskActionName } from './task-actions.tsx'
import { taskHref } from './task-row.tsx'
import type { Selection } from './use-selection.ts'

export interface TaskKeys {
  readonly order: readonly string[]
  readonly activeId: string | null
  readonly peek: string | null
  readonly selection: Selection
  readonly focusRow: (id: string) => void
  readonly showPeek: (id: string | null) => void
  readonly act: (name: TaskActionName, ids: Iterable<string>) => void
  readonly takeNew: () => void
  /** Writes what is selected, else what matches, to a file. */
  readonly onExport: () => void
  readonly selectMatched: () => Promise<void>
  readonly cell: CellColumn
  readonly onCell: (cell: CellColumn) => void
  /** Keeps only what stands in the cell of this row, or leaves it out. */
  readonly filterBy: (id: string, exclude: boolean) => void
  readonly scroller: { readonly current: HTMLDivElement | null }
}

/** The keys of the list (ux.md 4.4). */
export function useTaskKeys(keys: TaskKeys): void {
  const router = useRouter()
  const { order, activeId, peek, selection, focusRow, showPeek, act, takeNew, onExport, selectMatched, scroller } = keys
  const { cell, onCell, filterBy } = keys
  const at = activeId === null ? -1 : order.indexOf(activeId)
  const inSearch = () => document.activeElement?.hasAttribute('data-search') === true

  const go = (index: number): string | false => {
    const id = order[Math.min(order.length - 1, Math.max(0, index))]
    if (id === undefined) return false
    focusRow(id)
    scrollToRow(scroller.current, order.indexOf(id), order.length)
    if (peek !== null) showPeek(id)
    return id
  }
  const extend = (index: number) => {
    if (activeId !== null && selection.ids.size === 0) selection.toggle(activeId)
    const id = go(index)
    if (id !== false) selection.extend(id, order)
  }
  const withActive = (run: (id: string) => void) => () => {
    if (activeId === null || at < 0) return false
    run(activeId)
    return true
  }
  const targets = () => (selection.ids.size > 0 ? selection.ids : activeId === null ? [] : [activeId])
  const page = () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 320) / 32) - 2)

  const toCell = (by: number) => () => {
    if (at < 0) return false
    const shown = CELL_COLUMNS.filter((column) => isShown(scroller.current, column))
    const next = shown[Math.min(shown.length - 1, Math.max(0, shown.indexOf(cell) + by))]
    if (next === undefined) return false
    onCell(next)
    announce(`f filters by ${next}.`)
    return true
  }

  useSelectAllKey(() => {
    const hasAll = order.length > 0 && order.every((id) => selection.ids.has(id))
    if (hasAll) void selectMatched()
    else selection.set(order)
  })
  useKeys({
    j: () => go(at + 1),
    k: () => go(at - 1),
    ArrowDown: () => go(at + 1),
    ArrowUp: () => go(at - 1),
    ArrowLeft: toCell(-1),
    ArrowRight: toCell(1),
    f: withActive((id) => filterBy(id, false)),
    'Shift+f': withActive((id) => filterBy(id, true)),
    Home: () => go(0),
    End: () => go(order.length - 1),
    PageDown: () => go(at + page()),
    PageUp: () => go(at - page()),
    'Shift+j': () => extend(at + 1),
    'Shift+k': () => extend(at - 1),
    'Shift+ArrowDown': () => extend(at + 1),
    'Shift+ArrowUp': () => extend(at - 1),
    Enter: withActive((id) => router.push(taskHref(id))),
    Space: withActive((id) => showPeek(peek === id ? null : id)),
    x: withActive((id) => selection.toggle(id)),
    r: () => act('retry', targets()),
    'Shift+x': () => act('revoke', targets()),
    y: withActive((id) => void copyText(id).then((done) => done && showToast({ text: 'Id copied.' }))),
    'Shift+y': withActive(
      (id) =>
        void copyText(new URL(withPrefix(taskHref(id)), window.location.href).href).then(
          (done) => done && showToast({ text: 'Link copied.' }),
        ),
    ),
    '.': takeNew,
    e: onExport,
    Escape: () => {
      if (peek !== null) {
        showPeek(null)
        if (activeId !== null) focusRow(activeId)
      } else if (selection.ids.size > 0) selection.clear()
      else if (document.activeElement instanceof HTMLElement && !inSearch()) document.activeElement.blur()
    },
  })
}

/** ⌘A or Ctrl A takes the loaded rows, once more all that match (ux.md 4.4). In a text it selects the text. */
function useSelectAllKey(run: () => void): void {
  const latest = useRef(run)
  latest.current = run
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'a' || !(event.metaKey || event.ctrlKey) || event.altKey || event.shiftKey) return
      if (isTyping(event.target) || document.querySelector('dialog[open]') !== null) return
      event.preventDefault()
      latest.current()
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])
}

function isShown(element: HTMLElement | null, column: CellColumn): boolean {
  const head = element?.querySelector<HTMLElement>(`[role="columnheader"][data-column="${column}"]`)
  return head != null && head.offsetWidth > 0
}

/** Brings a row into sight, clear of the head. */
function scrollToRow(element: HTMLElement | null, index: number, count: number): void {
  if (element === null || count === 0) return
  const head = element.querySelector<HTMLElement>('[role="rowgroup"]')?.offsetHeight ?? 0
  const body = element.scrollHeight - head
  const height = body / count
  const top = index * height
  const room = element.clientHeight - head
  if (top < element.scrollTop) element.scrollTop = top
  else if (top + height > element.scrollTop + room) element.scrollTop = top + height - room
}
