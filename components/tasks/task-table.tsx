// biome-ignore-all lint/a11y/useSemanticElements: a windowed list is a grid of divs; a table cannot be windowed
// biome-ignore-all lint/a11y/useFocusableInteractive: the rows have the focus, one at a time; cells do not
'use client'

import type { CSSProperties, RefObject } from 'react'
import type { TaskSort, TaskSortKey } from '../../lib/live/topic.ts'
import type { TaskRowView } from '../../lib/live/views.ts'
import { HeadCell } from '../list/head-cell.tsx'
import { type ListAttention, ListGrid } from '../list/list-grid.tsx'
import { Pill } from '../list/pill.tsx'
import type { ShownList } from '../list/shown-list.model.ts'
import { Checkbox } from '../ui/checkbox.tsx'
import { type CellColumn, isCellColumn } from './cell-filter.model.ts'
import { TASK_COLUMNS, type TaskColumn } from './task-columns.tsx'
import { TaskRow, type TaskRowHandlers } from './task-row.tsx'
import type { Selection } from './use-selection.ts'

export interface TaskTableProps extends ListAttention {
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
  /** The last rows come into sight. */
  readonly onEnd: () => void
}

/** Words begin with the first; numbers and times with the largest. */
const UP_FIRST: readonly TaskSortKey[] = ['name', 'state', 'worker', 'queue']

const CARD_PX = 64

/** The live list of tasks. */
export function TaskTable(props: TaskTableProps) {
  const { list, columns, sort, peekId, selection, handlers } = props
  const moved = list.moved && sort !== '-received'
  return (
    <ListGrid
      {...props}
      label="Tasks"
      name="task"
      total={props.matched}
      cardPx={CARD_PX}
      pill={props.waits && <Pill list={{ ...list, moved }} more={props.more} onTake={props.onTake} />}
      head={<Head {...props} />}
      row={(shown, place) => (
        <TaskRow
          key={shown.id}
          shown={shown}
          {...place}
          selected={selection.ids.has(shown.id)}
          peeked={shown.id === peekId}
          columns={columns}
          handlers={handlers}
        />
      )}
      grid={{
        'aria-multiselectable': true,
        'data-cell': props.cell,
        'data-chosen': columns === TASK_COLUMNS ? undefined : '',
        style: chosenTracks(columns),
        onPointerDown: (event) => {
          const at = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-column]') : null
          if (isCellColumn(at?.dataset['column'])) props.onCell(at.dataset['column'])
        },
      }}
    />
  )
}

function Head({ list, columns, selection, sort, onSort }: TaskTableProps) {
  const all = list.rows.length > 0 && list.rows.every((row) => selection.ids.has(row.id))
  return (
    <>
      <div role="columnheader" data-column="select" className="flex justify-center">
        <Checkbox
          checked={all}
          partly={selection.ids.size > 0}
          label="Select all shown"
          onChange={(on) => (on ? selection.set(list.rows.map((row) => row.id)) : selection.clear())}
        />
      </div>
      {columns.map((column) => (
        <HeadCell key={column.id} column={column} sort={sort} onSort={onSort} upFirst={UP_FIRST} />
      ))}
    </>
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
