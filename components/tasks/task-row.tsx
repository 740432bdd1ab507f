// biome-ignore-all lint/a11y/useSemanticElements: a windowed list is a grid of divs; a table cannot be windowed
// biome-ignore-all lint/a11y/useFocusableInteractive: the rows have the focus, one at a time; cells do not
'use client'

import { Ban, Copy, Ellipsis, ExternalLink, PanelRight, RotateCcw } from 'lucide-react'
import { memo } from 'react'
import type { TaskRowView } from '../../lib/live/views.ts'
import type { ShownRow } from '../list/shown-list.model.ts'
import { Checkbox } from '../ui/checkbox.tsx'
import { serverNow } from '../ui/clock.ts'
import { copyText } from '../ui/copy.tsx'
import { cx } from '../ui/cx.ts'
import { formatAgo, formatDuration } from '../ui/format.ts'
import { Link } from '../ui/link.tsx'
import { Menu } from '../ui/menu.tsx'
import { Ago } from '../ui/numbers.tsx'
import { withPrefix } from '../ui/prefix.ts'
import { StateMark } from '../ui/state-mark.tsx'
import { type TaskColumn, TaskName } from './task-columns.tsx'
import { attemptNote, cameMs, canRevoke, cardFacts, rowLabel, shownState } from './task-row.model.ts'

export interface TaskRowProps {
  readonly shown: ShownRow<TaskRowView>
  /** Counted from 1 for the head. */
  readonly rowIndex: number
  readonly top: number
  readonly height: number
  readonly active: boolean
  readonly selected: boolean
  readonly peeked: boolean
  readonly card: boolean
  /** The same list for all rows and all times. */
  readonly columns: readonly TaskColumn[]
  readonly handlers: TaskRowHandlers
}

/** The same functions for all rows and all times, so that a row is drawn again only when it changes. */
export interface TaskRowHandlers {
  readonly activate: (id: string) => void
  readonly peek: (id: string) => void
  readonly select: (id: string, extend: boolean) => void
  readonly retry: (id: string) => void
  readonly revoke: (id: string) => void
  readonly menu: (open: boolean) => void
}

export const TaskRow = memo(function TaskRow(props: TaskRowProps) {
  const { shown, rowIndex, top, height, active, selected, peeked, card, columns, handlers } = props
  const { id, row } = shown
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys of the list are registered once for the page
    <div
      role="row"
      aria-rowindex={rowIndex}
      aria-selected={selected}
      aria-label={rowLabel(row, formatAgo(cameMs(row), serverNow()))}
      tabIndex={active ? 0 : -1}
      data-id={id}
      style={{ transform: `translateY(${top}px)`, height }}
      onFocus={() => handlers.activate(id)}
      onClick={(event) => {
        if (isInteractive(event.target)) return
        if (event.metaKey || event.ctrlKey) openBeside(id)
        else if (event.shiftKey) handlers.select(id, true)
        else handlers.peek(id)
      }}
      onAuxClick={(event) => {
        if (event.button === 1 && !isInteractive(event.target)) openBeside(id)
      }}
      className={cx(
        'task-row ring-inside absolute inset-x-0 top-0 cursor-default border-b border-line/60 text-sm',
        selected || peeked ? 'bg-selected shadow-[inset_2px_0_0_var(--accent)]' : 'hover:bg-hover',
        shown.gone && 'opacity-60',
        card && 'block!',
      )}
    >
      {card ? (
        <Card task={row} active={active} />
      ) : (
        <Cells task={row} active={active} selected={selected} columns={columns} handlers={handlers} />
      )}
    </div>
  )
})

function isInteractive(target: EventTarget): boolean {
  return target instanceof Element && target.closest('a,button,label,[role="menu"]') !== null
}

/** Its page in a tab of its own: what a middle click does to a link. */
function openBeside(id: string): void {
  window.open(withPrefix(taskHref(id)), '_blank', 'noopener')
}

interface CellsProps {
  readonly task: TaskRowView
  readonly active: boolean
  readonly selected: boolean
  readonly columns: readonly TaskColumn[]
  readonly handlers: TaskRowHandlers
}

function Cells({ task, active, selected, columns, handlers }: CellsProps) {
  const tabIndex = active ? 0 : -1
  return (
    <>
      <div role="gridcell" data-column="select" className="flex justify-center">
        <Checkbox
          checked={selected}
          label={`Select ${task.name ?? task.id}`}
          tabIndex={tabIndex}
          onChange={(_, event) => handlers.select(task.id, event.shiftKey)}
        />
      </div>
      {columns.map((column) => (
        <div
          key={column.id}
          role="gridcell"
          data-column={column.id}
          className={cx('min-w-0 truncate px-2', column.right === true && 'text-right text-fg-2')}
        >
          <Cell column={column} task={task} tabIndex={tabIndex} />
        </div>
      ))}
      <div role="gridcell" data-column="menu" className="flex justify-center">
        <RowMenu task={task} tabIndex={tabIndex} handlers={handlers} />
      </div>
    </>
  )
}

type CellProps = { readonly column: TaskColumn; readonly task: TaskRowView; readonly tabIndex: number }

/** The state leads to the task, the name to the page of its class. */
function Cell({ column, task, tabIndex }: CellProps) {
  if (column.id === 'task') return <TaskName task={task} linkTabIndex={tabIndex} />
  if (column.id !== 'state') return column.cell(task)
  return (
    <Link
      href={taskHref(task.id)}
      tabIndex={tabIndex}
      prefetch={false}
      className="inline-block max-w-full rounded-sm align-top hover:underline hover:underline-offset-2"
    >
      {column.cell(task)}
    </Link>
  )
}

interface RowMenuProps {
  readonly task: TaskRowView
  readonly tabIndex: number
  readonly handlers: TaskRowHandlers
}

function RowMenu({ task, tabIndex, handlers }: RowMenuProps) {
  const { id } = task
  return (
    <Menu
      label={`Actions for ${task.name ?? id}`}
      trigger={<Ellipsis size={16} strokeWidth={1.75} aria-hidden />}
      tabIndex={tabIndex}
      onOpenChange={handlers.menu}
      className="inline-grid size-6 place-items-center rounded-md text-fg-3 hover:bg-hover hover:text-fg"
      items={[
        { label: 'Open', icon: ExternalLink, keys: 'Enter', href: taskHref(id) },
        { label: 'Peek', icon: PanelRight, keys: 'Space', onSelect: () => handlers.peek(id) },
        { label: 'Copy id', icon: Copy, keys: 'y', onSelect: () => void copyText(id) },
        'separator',
        { label: 'Retry…', icon: RotateCcw, keys: 'r', onSelect: () => handlers.retry(id) },
        {
          label: task.state === 'STARTED' ? 'Terminate…' : 'Revoke…',
          icon: Ban,
          keys: 'Shift x',
          danger: true,
          disabledReason: canRevoke(task) ? null : 'It has ended',
          onSelect: () => handlers.revoke(id),
        },
      ]}
    />
  )
}

function Card({ task, active }: { readonly task: TaskRowView; readonly active: boolean }) {
  const facts = [...cardFacts(task), ...(task.runtimeMs === null ? [] : [formatDuration(task.runtimeMs)])]
  return (
    <div role="gridcell" className="h-full">
      <Link
        href={taskHref(task.id)}
        prefetch={false}
        tabIndex={active ? 0 : -1}
        className="ring-inside flex h-full flex-col justify-center gap-0.5 px-3"
      >
        <span className="flex items-center gap-2">
          <StateMark state={shownState(task)} note={attemptNote(task)} />
          <span className="min-w-0 flex-1">
            <TaskName task={{ ...task, exception: null }} />
          </span>
          <span className="shrink-0 text-xs text-fg-3">
            <Ago ms={cameMs(task)} />
          </span>
        </span>
        <span className="truncate text-xs text-fg-3">{facts.join(' · ')}</span>
      </Link>
    </div>
  )
}

export function taskHref(id: string): string {
  return `/task/${encodeURIComponent(id)}`
}
