// biome-ignore-all lint/a11y/useSemanticElements: a windowed list is a grid of divs; a table cannot be windowed
// biome-ignore-all lint/a11y/useFocusableInteractive: the rows have the focus, one at a time; cells do not
'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp, ChevronUp } from 'lucide-react'
import { type RefObject, useCallback, useEffect, useMemo } from 'react'
import type { ScheduleRowView } from '../../lib/live/schedule-views.ts'
import type { ShownList } from '../tasks/task-list.model.ts'
import { PHONE, useMedia } from '../tasks/use-media.ts'
import { cx } from '../ui/cx.ts'
import { formatCount } from '../ui/format.ts'
import type { ScheduleSort, ScheduleSortKey } from './schedule-list.model.ts'
import { ScheduleRow, type ScheduleRowHandlers } from './schedule-row.tsx'

export interface ScheduleTableProps {
  readonly list: ShownList<ScheduleRowView>
  readonly sort: ScheduleSort
  readonly onSort: (sort: ScheduleSort) => void
  readonly activeId: string | null
  readonly withSource: boolean
  readonly cannotAct: string | null
  readonly handlers: ScheduleRowHandlers
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly held: boolean
  readonly onTake: () => void
  readonly onScrolled: (down: boolean) => void
  readonly onPointer: (inside: boolean) => void
  readonly onFocused: (inside: boolean) => void
}

type Head = {
  readonly id: string
  readonly head: string
  readonly sort?: ScheduleSortKey
  readonly right?: boolean
  readonly tip?: string
}

const HEADS: readonly Head[] = [
  { id: 'state', head: 'State', sort: 'state', tip: 'Sorted by it, what should be looked at comes first' },
  { id: 'name', head: 'Name', sort: 'name' },
  { id: 'when', head: 'When' },
  { id: 'next', head: 'Next', sort: 'next' },
  { id: 'last', head: 'Last', sort: 'last', tip: 'When it was sent, and what became of it' },
  { id: 'took', head: 'Took', sort: 'took', right: true, tip: 'How long the last run took' },
  { id: 'runs', head: '30 runs', tip: 'The last runs, newest at the right: as high as they took' },
]

const CARD_PX = 60
const OVERSCAN = 8

/** The list of schedules: only what is in sight is drawn, however long it is. */
export function ScheduleTable(props: ScheduleTableProps) {
  const { list, activeId, withSource, cannotAct, handlers, scroller, onScrolled, onPointer, onFocused } = props
  const card = useMedia(PHONE)
  const count = list.rows.length
  const activeIndex = useMemo(() => list.rows.findIndex((row) => row.id === activeId), [list.rows, activeId])
  // Asked for once, not for each of thousands of rows.
  const rowPx = card ? CARD_PX : rowHeightPx()
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    getItemKey: (index) => list.rows[index]?.id ?? index,
    overscan: OVERSCAN,
    // The row with the focus stays in the document: focus is an id and survives scrolling.
    rangeExtractor: useCallback(
      ({ startIndex, endIndex, overscan, count: all }) => {
        const from = Math.max(0, startIndex - overscan)
        const to = Math.min(all - 1, endIndex + overscan)
        const indexes = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i)
        if (activeIndex < 0 || (activeIndex >= from && activeIndex <= to)) return indexes
        return activeIndex < from ? [activeIndex, ...indexes] : [...indexes, activeIndex]
      },
      [activeIndex],
    ),
  })
  useEffect(() => {
    virtualizer.measure()
  }, [virtualizer, rowPx])

  return (
    <div className="relative flex min-h-0 min-w-0 flex-1 flex-col">
      <Pill {...props} />
      <div
        ref={scroller}
        role="grid"
        aria-label="Schedules"
        aria-rowcount={count + 1}
        onFocus={() => onFocused(true)}
        onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && onFocused(false)}
        onScroll={(event) => onScrolled(event.currentTarget.scrollTop > 0)}
        className="schedule-grid scroll-thin relative min-h-0 flex-1 overflow-x-hidden overflow-y-auto bg-surface"
      >
        <div role="rowgroup" className={cx('sticky top-0 z-10', card && 'h-0')}>
          <div
            role="row"
            aria-rowindex={1}
            className={cx(
              'schedule-row h-8 border-b border-line bg-surface text-2xs font-medium text-fg-3',
              card && 'sr-only!',
            )}
          >
            {HEADS.map((head) => (
              <HeadCell key={head.id} head={head} sort={props.sort} onSort={props.onSort} />
            ))}
            <div role="columnheader" data-column="menu">
              <span className="sr-only">Actions</span>
            </div>
          </div>
        </div>
        <div
          role="rowgroup"
          className="relative"
          style={{ height: virtualizer.getTotalSize() }}
          onPointerMove={(event) => event.pointerType === 'mouse' && onPointer(true)}
          onPointerLeave={() => onPointer(false)}
        >
          {virtualizer.getVirtualItems().map((item) => {
            const shown = list.rows[item.index]
            if (shown === undefined) return null
            return (
              <ScheduleRow
                key={shown.id}
                shown={shown}
                rowIndex={item.index + 2}
                top={item.start}
                height={item.size}
                active={activeIndex < 0 ? item.index === 0 : item.index === activeIndex}
                card={card}
                withSource={withSource}
                cannotAct={cannotAct}
                handlers={handlers}
              />
            )
          })}
        </div>
      </div>
    </div>
  )
}

type HeadCellProps = {
  readonly head: Head
  readonly sort: ScheduleSort
  readonly onSort: (sort: ScheduleSort) => void
}

function HeadCell({ head, sort, onSort }: HeadCellProps) {
  const key = head.sort
  const down = sort.startsWith('-')
  const active = key !== undefined && (down ? sort.slice(1) : sort) === key
  const Arrow = active && down ? ArrowDown : ArrowUp
  return (
    <div
      role="columnheader"
      data-column={head.id}
      aria-sort={active ? (down ? 'descending' : 'ascending') : undefined}
      data-tip={head.tip}
      className={cx('min-w-0 px-2', head.right === true && 'text-right')}
    >
      {key === undefined ? (
        head.head
      ) : (
        <button
          type="button"
          onClick={() => onSort(nextSort(key, active, down))}
          className={cx(
            'inline-flex min-h-6 items-center gap-0.5 hover:text-fg',
            head.right === true && 'flex-row-reverse',
            active && 'text-fg',
          )}
        >
          {head.head}
          {active && <Arrow size={12} strokeWidth={2} aria-hidden />}
        </button>
      )}
    </div>
  )
}

/** The newest and the longest come first, names and what is next in order. */
function nextSort(key: ScheduleSortKey, active: boolean, down: boolean): ScheduleSort {
  if (active) return down ? key : `-${key}`
  return key === 'last' || key === 'took' ? `-${key}` : key
}

/** What waits: it stands in the head and covers no row's place. */
function Pill({ list, held, onTake }: ScheduleTableProps) {
  const { fresh, gone, moved } = list
  const parts = [
    ...(fresh > 0 ? [`${formatCount(fresh)} new`] : []),
    ...(gone > 0 ? [`${formatCount(gone)} no longer ${gone === 1 ? 'matches' : 'match'}`] : []),
    ...(moved && fresh === 0 ? ['Order changed, sort again'] : []),
  ]
  if (!held || parts.length === 0) return null
  return (
    <div className="pointer-events-none absolute inset-x-0 top-0.5 z-20 flex justify-center max-md:-top-8 max-md:justify-end">
      <button
        type="button"
        onClick={onTake}
        data-pill
        className="fade-in pointer-events-auto flex h-7 items-center gap-1 rounded-full border border-line bg-raised px-3 text-xs font-medium text-accent shadow-pop hover:bg-hover"
      >
        <ChevronUp size={14} strokeWidth={2} aria-hidden />
        {parts.join(' · ')}
      </button>
    </div>
  )
}

function rowHeightPx(): number {
  if (typeof document === 'undefined') return 32
  const root = getComputedStyle(document.documentElement)
  const rem = Number.parseFloat(root.fontSize) || 16
  return (Number.parseFloat(root.getPropertyValue('--row')) || 2) * rem
}
