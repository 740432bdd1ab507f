// biome-ignore-all lint/a11y/useSemanticElements: a windowed list is a grid of divs; a table cannot be windowed
// biome-ignore-all lint/a11y/useFocusableInteractive: the rows have the focus, one at a time; cells do not
'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { type HTMLAttributes, type ReactNode, type RefObject, useCallback, useEffect, useMemo } from 'react'
import { cx } from '../ui/cx.ts'
import type { ShownList, ShownRow } from './shown-list.model.ts'
import { PHONE, useMedia } from './use-media.ts'

/** What a live list tells its page about the person in front of it: the page holds the rows still meanwhile. */
export interface ListAttention {
  readonly onScrolled: (down: boolean) => void
  readonly onPointer: (inside: boolean) => void
  readonly onFocused: (inside: boolean) => void
}

/** Where and how a row of the list is drawn. */
export interface RowPlace {
  /** Counted from 1 for the head. */
  readonly rowIndex: number
  readonly top: number
  readonly height: number
  /** The one row that the tab key reaches. */
  readonly active: boolean
  /** Two lines instead of columns, on a phone. */
  readonly card: boolean
}

export interface ListGridProps<Row> extends ListAttention {
  readonly label: string
  /** The name of its columns in the style sheet: `task` has `.task-grid` and `.task-row`. */
  readonly name: string
  readonly list: ShownList<Row>
  /** How many there are in all, also those that are not loaded. */
  readonly total: number
  readonly activeId: string | null
  readonly cardPx: number
  readonly scroller: RefObject<HTMLDivElement | null>
  /** The cells of the head, then the pill that stands over it. */
  readonly head: ReactNode
  readonly pill: ReactNode
  readonly row: (shown: ShownRow<Row>, place: RowPlace) => ReactNode
  /** The last rows come into sight. */
  readonly onEnd?: () => void
  readonly grid?: HTMLAttributes<HTMLDivElement> & { readonly [data: `data-${string}`]: string | undefined }
}

const OVERSCAN = 8
const END_ROWS = 20

/** A long list of which only what is in sight is drawn. The row with the focus always is: focus is an id. */
export function ListGrid<Row>(props: ListGridProps<Row>) {
  const { name, list, activeId, cardPx, scroller, onScrolled, onPointer, onFocused, onEnd, grid } = props
  const card = useMedia(PHONE)
  const count = list.rows.length
  const activeIndex = useMemo(() => list.rows.findIndex((row) => row.id === activeId), [list.rows, activeId])
  // Asked for once, not for each of thousands of rows.
  const rowPx = card ? cardPx : rowHeightPx()
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    getItemKey: (index) => list.rows[index]?.id ?? index,
    overscan: OVERSCAN,
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
    if (count > 0 && lastShown >= count - END_ROWS) onEnd?.()
  }, [count, lastShown, onEnd])
  useEffect(() => {
    virtualizer.measure()
  }, [virtualizer, rowPx])

  return (
    <div className="relative flex min-h-0 min-w-0 flex-1 flex-col">
      {props.pill}
      <div
        {...grid}
        ref={scroller}
        role="grid"
        aria-label={props.label}
        aria-rowcount={props.total + 1}
        onFocus={() => onFocused(true)}
        onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && onFocused(false)}
        onScroll={(event) => onScrolled(event.currentTarget.scrollTop > 0)}
        className={`${name}-grid scroll-thin relative min-h-0 flex-1 overflow-x-hidden overflow-y-auto bg-surface`}
      >
        <div role="rowgroup" className={cx('sticky top-0 z-10', card && 'h-0')}>
          <div
            role="row"
            aria-rowindex={1}
            className={cx(
              `${name}-row h-8 border-b border-line bg-surface text-2xs font-medium text-fg-3`,
              card && 'sr-only!',
            )}
          >
            {props.head}
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
          {items.map((item) => {
            const shown = list.rows[item.index]
            if (shown === undefined) return null
            const active = activeIndex < 0 ? item.index === 0 : item.index === activeIndex
            return props.row(shown, { rowIndex: item.index + 2, top: item.start, height: item.size, active, card })
          })}
        </div>
      </div>
    </div>
  )
}

function rowHeightPx(): number {
  if (typeof document === 'undefined') return 32
  const root = getComputedStyle(document.documentElement)
  const rem = Number.parseFloat(root.fontSize) || 16
  return (Number.parseFloat(root.getPropertyValue('--row')) || 2) * rem
}
