'use client'

import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { SchedulesView } from '../../lib/live/schedule-views.ts'
import { heldMark } from '../frame/live-mark.tsx'
import { SearchBox } from '../list/search-box.tsx'
import { useHeld } from '../list/use-held.ts'
import { plural } from '../ui/format.ts'
import { useRouter } from '../ui/navigation.ts'
import { ScheduleFilters } from './schedule-filters.tsx'
import { scheduleHref } from './schedule-href.ts'
import type { ScheduleRowHandlers } from './schedule-row.tsx'
import { ScheduleTable } from './schedule-table.tsx'
import { NothingFound } from './schedules-empty.tsx'
import type { ScheduleActions } from './use-schedule-actions.tsx'
import { type ScheduleAddress, setScheduleAddress } from './use-schedule-address.ts'
import { useScheduleKeys } from './use-schedule-keys.ts'
import { useScheduleList } from './use-schedule-list.ts'

type Props = {
  readonly view: SchedulesView
  readonly address: ScheduleAddress
  readonly actions: ScheduleActions
  readonly cannotAct: string | null
}

/** The entries with their filters and keys. While somebody points at them no row changes its place. */
export function ScheduleList({ view, address, actions, cannotAct }: Props) {
  const router = useRouter()
  const scroller = useRef<HTMLDivElement>(null)
  const [activeId, setActiveId] = useState<string | null>(null)
  const [pointer, setPointer] = useState(false)
  const [focused, setFocused] = useState(false)
  const [scrolled, setScrolled] = useState(false)
  const [menuOpen, setMenuOpen] = useState(false)
  const held = useHeld(pointer, focused, scrolled, menuOpen, actions.isOpen)
  const { list, take } = useScheduleList(view.rows, address, held)
  const order = useMemo(() => list.rows.map((row) => row.id), [list.rows])
  const sourcesWithRows = useMemo(() => new Set(view.rows.map((row) => row.source)).size, [view.rows])

  useEffect(() => {
    heldMark.set(held)
    return () => heldMark.set(false)
  }, [held])
  // Another filter begins at the top. `query` is what changed.
  const query = `${address.q} ${address.state} ${address.sort}`
  useEffect(() => {
    scroller.current?.scrollTo({ top: 0 })
  }, [query])

  const focusRow = useCallback((id: string) => {
    setActiveId(id)
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`)?.focus({ preventScroll: true }),
    )
  }, [])
  const takeNew = () => {
    take()
    scroller.current?.scrollTo({ top: 0 })
    setScrolled(false)
  }
  useScheduleKeys({ order, activeId, focusRow, take: takeNew, scroller })

  const { open, hold, resume } = actions
  const handlers = useMemo<ScheduleRowHandlers>(
    () => ({
      open,
      hold,
      resume,
      activate: setActiveId,
      go: (id) => router.push(scheduleHref(id)),
      menu: setMenuOpen,
    }),
    [open, hold, resume, router],
  )
  const isEmpty = list.rows.length === 0
  return (
    <>
      <div className="flex items-center gap-x-4 gap-y-2 py-2 max-lg:flex-wrap">
        <SearchBox
          label="Search schedules"
          placeholder="Name, task or time…"
          value={address.q}
          onChange={(q, done) => setScheduleAddress({ q }, done ? 'push' : 'replace')}
        />
        <ScheduleFilters rows={view.rows} value={address.state} onChange={(state) => setScheduleAddress({ state })} />
        <p className="ml-auto shrink-0 text-xs text-fg-3 max-lg:hidden" data-testid="schedules-summary">
          {summary(list.rows.length, view.rows.length)}
        </p>
      </div>
      <div className="flex min-h-0 flex-1 border-t border-line">
        {isEmpty ? (
          <div className="min-w-0 flex-1 bg-surface">
            <NothingFound q={address.q} filtered={address.state !== null} />
          </div>
        ) : (
          <ScheduleTable
            list={list}
            sort={address.sort}
            onSort={(sort) => setScheduleAddress({ sort })}
            activeId={activeId}
            withSource={sourcesWithRows > 1}
            cannotAct={cannotAct}
            handlers={handlers}
            scroller={scroller}
            held={held}
            onTake={takeNew}
            onScrolled={setScrolled}
            onPointer={setPointer}
            onFocused={setFocused}
          />
        )}
      </div>
    </>
  )
}

function summary(shown: number, all: number): string {
  return shown === all ? plural(all, 'schedule') : `${plural(shown, 'schedule')} of ${all.toLocaleString('en')}`
}
