// biome-ignore-all lint/a11y/useSemanticElements: a windowed list is a grid of divs; a table cannot be windowed
// biome-ignore-all lint/a11y/useFocusableInteractive: the rows have the focus, one at a time; cells do not
'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp, ChevronUp } from 'lucide-react'
import { type CSSProperties, type RefObject, useCallback, useEffect, useMemo } from 'react'
import type { TaskSort, TaskSortKey } from '../../lib/live/topic.ts'
import type { TaskRowView } from '../../lib/live/views.ts'
import { Checkbox } from '../ui/checkbox.tsx'
import { cx } from '../ui/cx.ts'
import { formatCount } from '../ui/format.ts'
import { type CellColumn, isCellColumn } from './cell-filter.model.ts'
import { TASK_COLUMNS, type TaskColumn } from './task-columns.tsx'
import type { ShownList } from './task-list.model.ts'
import { TaskRow, type TaskRowHandlers } from './task-row.tsx'
import { PHONE, useMedia } from './use-media.ts'
import type { Selection } from './use-selection.ts'

export interface TaskTableProps {
  readonly list: ShownList<TaskRowView>
  readonly columns: readonly TaskColumn[]
  readonly matched: number
  readonly sort: TaskSort
  readonly onSort: (sort: TaskSort) => void
  readonly activeId: string | null
  readonly peekId: string | null
  /** The cell of the row with the focus that `f` filters by. */
  readonly cell: CellColumn
  readonly onCell: (cell: CellColumn) => void
  readonly selection: Selection
  readonly handlers: TaskRowHandlers
  readonly scroller: RefObject<HTMLDivElement | null>
  /** New rows that are not all loaded: "100+". */
  readonly more: boolean
  /** False while new rows are about to be shown by themselves. */
  readonly waits: boolean
  readonly onTake: () => void
  readonly onScrolled: (down: boolean) => void
  readonly onPointer: (inside: boolean) => void
  readonly onFocused: (inside: boolean) => void
  /** The last rows come into sight. */
  readonly onEnd: () => void
}

const CARD_PX = 64
const OVERSCAN = 8
const END_ROWS = 20

/** The live list of tasks: only what is in sight is drawn, however long it is. */
export function TaskTable(props: TaskTableProps) {
  const {
    list,
    columns,
    matched,
    activeId,
    peekId,
    selection,
    handlers,
    scroller,
    onScrolled,
    onPointer,
    onFocused,
    onEnd,
  } = props
  const card = useMedia(PHONE)
  const count = list.rows.length
  const activeIndex = useMemo(() => list.rows.findIndex((row) => row.id === activeId), [list.rows, activeId])
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => (card ? CARD_PX : rowHeightPx()),
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
  const items = virtualizer.getVirtualItems()
  const lastShown = items.at(-1)?.index ?? 0

  useEffect(() => {
    if (count > 0 && lastShown >= count - END_ROWS) onEnd()
  }, [count, lastShown, onEnd])
  useEffect(() => {
    virtualizer.measure()
  }, [virtualizer, card])

  return (
    <div className="relative flex min-h-0 min-w-0 flex-1 flex-col">
      <Pill {...props} />
      <div
        ref={scroller}
        role="grid"
        aria-label="Tasks"
        aria-rowcount={matched + 1}
        aria-multiselectable
        onFocus={() => onFocused(true)}
        onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && onFocused(false)}
        onScroll={(event) => onScrolled(event.currentTarget.scrollTop > 0)}
        data-cell={props.cell}
        onPointerDown={(event) => {
          const at = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-column]') : null
          if (isCellColumn(at?.dataset['column'])) props.onCell(at.dataset['column'])
        }}
        data-chosen={columns === TASK_COLUMNS ? undefined : ''}
        style={chosenTracks(columns)}
        className="task-grid scroll-thin relative min-h-0 flex-1 overflow-x-hidden overflow-y-auto bg-surface"
      >
        <Head {...props} card={card} />
        <div
          role="rowgroup"
          className="relative"
          style={{ height: virtualizer.getTotalSize() }}
          onPointerMove={(event) => event.pointerType === 'mouse' && onPointer(true)}
          onPointerLeave={() => onPointer(false)}
        >
          {items.map((item) => {
            const shown = list.rows[item.index]
            if (shown === undefined) return null
            return (
              <TaskRow
                key={shown.id}
                shown={shown}
                rowIndex={item.index + 2}
                top={item.start}
                height={item.size}
                active={activeIndex < 0 ? item.index === 0 : item.index === activeIndex}
                selected={selection.ids.has(shown.id)}
                peeked={shown.id === peekId}
                card={card}
                columns={columns}
                handlers={handlers}
              />
            )
          })}
        </div>
      </div>
    </div>
  )
}

function Head(props: TaskTableProps & { readonly card: boolean }) {
  const { list, columns, selection, card } = props
  const all = list.rows.length > 0 && list.rows.every((row) => selection.ids.has(row.id))
  return (
    <div role="rowgroup" className={cx('sticky top-0 z-10', card && 'h-0')}>
      <div
        role="row"
        aria-rowindex={1}
        className={cx(
          'task-row h-8 border-b border-line bg-surface text-2xs font-medium text-fg-3',
          card && 'sr-only!',
        )}
      >
        <div role="columnheader" data-column="select" className="flex justify-center">
          <Checkbox
            checked={all}
            partly={selection.ids.size > 0}
            label="Select all shown"
            onChange={(on) => (on ? selection.set(list.rows.map((row) => row.id)) : selection.clear())}
          />
        </div>
        {columns.map((column) => (
          <HeadCell key={column.id} column={column} sort={props.sort} onSort={props.onSort} />
        ))}
        <div role="columnheader" data-column="menu">
          <span className="sr-only">Actions</span>
        </div>
      </div>
    </div>
  )
}

/** The grid of chosen columns: it may be wider than the page, which then scrolls sideways. */
function chosenTracks(columns: readonly TaskColumn[]): CSSProperties | undefined {
  if (columns === TASK_COLUMNS) return undefined
  const tracks = ['2.25rem', ...columns.map(({ width }) => width), '2.25rem']
  const least = tracks.map((track) => Number.parseFloat(track.replace('minmax(', '')))
  // A custom property is not among React's own style names.
  return {
    '--task-tracks': tracks.join(' '),
    '--task-width': `${least.reduce((sum, rem) => sum + rem, 0)}rem`,
  } as CSSProperties
}

interface HeadCellProps {
  readonly column: TaskColumn
  readonly sort: TaskSort
  readonly onSort: (sort: TaskSort) => void
}

function HeadCell({ column, sort, onSort }: HeadCellProps) {
  const key = column.sort
  const down = sort.startsWith('-')
  const active = key !== null && (down ? sort.slice(1) : sort) === key
  const Arrow = active && !down ? ArrowUp : ArrowDown
  return (
    <div
      role="columnheader"
      data-column={column.id}
      aria-sort={active ? (down ? 'descending' : 'ascending') : undefined}
      data-tip={column.tip}
      className={cx('min-w-0 px-2', column.right === true && 'text-right')}
    >
      {key === null ? (
        column.head
      ) : (
        <button
          type="button"
          onClick={() => onSort(nextSort(key, active, down))}
          className={cx(
            'inline-flex min-h-6 items-center gap-0.5 hover:text-fg',
            column.right === true && 'flex-row-reverse',
            active && 'text-fg',
          )}
        >
          {column.head}
          {active && <Arrow size={12} strokeWidth={2} aria-hidden />}
        </button>
      )}
    </div>
  )
}

/** Numbers and times begin with the largest, words with the first. */
function nextSort(key: TaskSortKey, active: boolean, down: boolean): TaskSort {
  if (active) return down ? key : `-${key}`
  return ['name', 'state', 'worker', 'queue'].includes(key) ? key : `-${key}`
}

/** What waits: it stands in the head and covers no row's place. */
function Pill({ list, more, sort, waits, onTake }: TaskTableProps) {
  const { fresh, gone, moved } = list
  if (!waits) return null
  const text = pillText(fresh, gone, moved && sort !== '-received', more)
  if (text === null) return null
  return (
    <div className="pointer-events-none absolute inset-x-0 top-0.5 z-20 flex justify-center max-md:-top-8 max-md:justify-end">
      <button
        type="button"
        onClick={onTake}
        data-pill
        className="fade-in pointer-events-auto flex h-7 items-center gap-1 rounded-full border border-line bg-raised px-3 text-xs font-medium text-accent shadow-pop hover:bg-hover"
      >
        <ChevronUp size={14} strokeWidth={2} aria-hidden />
        {text}
      </button>
    </div>
  )
}

function pillText(fresh: number, gone: number, moved: boolean, more: boolean): string | null {
  const parts = [
    ...(fresh > 0 ? [`${formatCount(fresh)}${more ? '+' : ''} new`] : []),
    ...(gone > 0 ? [`${formatCount(gone)} no longer ${gone === 1 ? 'matches' : 'match'}`] : []),
    ...(moved && fresh === 0 ? ['Order changed, sort again'] : []),
  ]
  return parts.length === 0 ? null : parts.join(' · ')
}

function rowHeightPx(): number {
  const root = getComputedStyle(document.documentElement)
  const rem = Number.parseFloat(root.fontSize) || 16
  return (Number.parseFloat(root.getPropertyValue('--row')) || 2) * rem
}
