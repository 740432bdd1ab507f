// biome-ignore-all lint/a11y/useSemanticElements: a windowed list is a grid of divs; a table cannot be windowed
// biome-ignore-all lint/a11y/useFocusableInteractive: the rows have the focus, one at a time; cells do not
'use client'

import { Ellipsis, TriangleAlert } from 'lucide-react'
import { memo, type ReactNode } from 'react'
import type { ScheduleRowView } from '../../lib/live/schedule-views.ts'
import type { ShownRow } from '../list/shown-list.model.ts'
import { Badge } from '../ui/badge.tsx'
import { serverNow } from '../ui/clock.ts'
import { cx } from '../ui/cx.ts'
import { formatAgo } from '../ui/format.ts'
import { Link } from '../ui/link.tsx'
import { Menu } from '../ui/menu.tsx'
import { Unknown } from '../ui/numbers.tsx'
import { RunBars } from './run-bars.tsx'
import { LastRun, RunTime } from './run-marks.tsx'
import { scheduleHref } from './schedule-href.ts'
import { NextRun, ScheduleMark } from './schedule-mark.tsx'
import { rowItems } from './schedule-menu.ts'
import { STATE_LOOKS, stateOf } from './schedule-state.ts'
import type { ScheduleActions } from './use-schedule-actions.tsx'
import { When } from './when.tsx'

/** The same for all rows and all times, so that a row is drawn again only when it changes. */
export interface ScheduleRowHandlers extends Pick<ScheduleActions, 'open' | 'hold' | 'resume'> {
  readonly activate: (id: string) => void
  readonly go: (id: string) => void
  readonly menu: (open: boolean) => void
}

export interface ScheduleRowProps {
  readonly shown: ShownRow<ScheduleRowView>
  /** Counted from 1 for the head. */
  readonly rowIndex: number
  readonly top: number
  readonly height: number
  readonly active: boolean
  readonly card: boolean
  /** More than one source is read: each row says whose it is. */
  readonly withSource: boolean
  readonly cannotAct: string | null
  readonly handlers: ScheduleRowHandlers
}

export const ScheduleRow = memo(function ScheduleRow(props: ScheduleRowProps) {
  const { shown, rowIndex, top, height, active, card, handlers } = props
  const { id, row } = shown
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys of the list are registered once for the page
    <div
      role="row"
      aria-rowindex={rowIndex}
      aria-label={labelOf(row)}
      tabIndex={active ? 0 : -1}
      data-id={id}
      style={{ transform: `translateY(${top}px)`, height }}
      onFocus={() => handlers.activate(id)}
      onClick={(event) => {
        if (event.target instanceof Element && event.target.closest('a,button,[role="menu"]') !== null) return
        handlers.go(id)
      }}
      className={cx(
        'schedule-row ring-inside absolute inset-x-0 top-0 cursor-pointer border-b border-line/60 text-sm hover:bg-hover',
        shown.gone && 'opacity-60',
        card && 'block!',
      )}
    >
      {card ? <Card {...props} /> : <Cells {...props} />}
    </div>
  )
})

function Cells({ shown, active, withSource, cannotAct, handlers }: ScheduleRowProps) {
  const { row } = shown
  const tabIndex = active ? 0 : -1
  return (
    <>
      <Cell column="state">
        <ScheduleMark row={row} />
      </Cell>
      <Cell column="name" className="flex items-center gap-1.5">
        <Name row={row} tabIndex={tabIndex} withSource={withSource} />
      </Cell>
      <Cell column="when" className="text-fg-2">
        <When row={row} />
      </Cell>
      <Cell column="next">
        <NextRun row={row} />
      </Cell>
      <Cell column="last" className="text-fg-2">
        {row.lastRun === null ? (
          <Unknown reason="It has not run yet" />
        ) : (
          <LastRun run={row.lastRun} tabIndex={tabIndex} />
        )}
      </Cell>
      <Cell column="took" className="text-right text-fg-2">
        <RunTime run={row.lastRun} />
      </Cell>
      <Cell column="runs">
        <RunBars runs={row.recent} />
      </Cell>
      <div role="gridcell" data-column="menu" className="flex justify-center">
        <Menu
          label={`Actions for ${row.name}`}
          trigger={<Ellipsis size={16} strokeWidth={1.75} aria-hidden />}
          tabIndex={tabIndex}
          onOpenChange={handlers.menu}
          className="inline-grid size-6 place-items-center rounded-md text-fg-3 hover:bg-hover hover:text-fg"
          items={rowItems(row, cannotAct, handlers)}
        />
      </div>
    </>
  )
}

type CellProps = { readonly column: string; readonly className?: string; readonly children: ReactNode }

function Cell({ column, className, children }: CellProps) {
  return (
    <div role="gridcell" data-column={column} className={cx('min-w-0 truncate px-2', className)}>
      {children}
    </div>
  )
}

type NameProps = { readonly row: ScheduleRowView; readonly tabIndex: number; readonly withSource: boolean }

function Name({ row, tabIndex, withSource }: NameProps) {
  return (
    <>
      <Link
        href={scheduleHref(row.id)}
        prefetch={false}
        tabIndex={tabIndex}
        data-tip={row.task === row.name ? row.name : `${row.name}\n${row.task}`}
        className="min-w-0 truncate rounded-sm font-medium hover:underline hover:underline-offset-2"
      >
        {row.name}
      </Link>
      {row.warnings.length > 0 && <Warned warnings={row.warnings} />}
      {row.neverRan && !row.broken && row.enabled && <Badge>never ran</Badge>}
      {withSource && <span className="shrink-0 text-2xs text-fg-3">{row.source}</span>}
    </>
  )
}

function Warned({ warnings }: { readonly warnings: readonly string[] }) {
  return (
    <span role="img" aria-label={warnings.join(' ')} data-tip={warnings.join('\n')} className="shrink-0 text-warn">
      <TriangleAlert size={13} strokeWidth={2} aria-hidden />
    </span>
  )
}

function Card({ shown, active }: ScheduleRowProps) {
  const { row } = shown
  return (
    <div role="gridcell" className="h-full">
      <Link
        href={scheduleHref(row.id)}
        prefetch={false}
        tabIndex={active ? 0 : -1}
        className="ring-inside flex h-full flex-col justify-center gap-0.5 px-3"
      >
        <span className="flex items-center gap-2">
          <ScheduleMark row={row} />
          <span className="min-w-0 flex-1 truncate font-medium">{row.name}</span>
          {row.warnings.length > 0 && <Warned warnings={row.warnings} />}
          <span className="shrink-0 text-xs text-fg-2">
            <NextRun row={row} />
          </span>
        </span>
        <span className="flex items-center gap-2 text-xs text-fg-3">
          <span className="min-w-0 flex-1 truncate">
            <When row={row} />
          </span>
          {row.neverRan && !row.broken && row.enabled && <span className="shrink-0">never ran</span>}
          {row.lastRun !== null && <LastRun run={{ ...row.lastRun, taskId: null }} />}
        </span>
      </Link>
    </div>
  )
}

/** "Overdue, nightly-report, Weekdays at 02:30, next in 12 s". */
function labelOf(row: ScheduleRowView): string {
  const state = stateOf(row)
  const next = state === 'on' && row.nextMs !== null ? [`next ${formatAgo(row.nextMs, serverNow())}`] : []
  return [STATE_LOOKS[state].word, row.name, row.when, ...next].join(', ')
}
