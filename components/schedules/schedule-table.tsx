'use client'

import type { RefObject } from 'react'
import type { ScheduleRowView } from '../../lib/live/schedule-views.ts'
import { HeadCell, type HeadColumn } from '../list/head-cell.tsx'
import { type ListAttention, ListGrid } from '../list/list-grid.tsx'
import { Pill } from '../list/pill.tsx'
import type { ShownList } from '../list/shown-list.model.ts'
import type { ScheduleSort, ScheduleSortKey } from './schedule-list.model.ts'
import { ScheduleRow, type ScheduleRowHandlers } from './schedule-row.tsx'

export interface ScheduleTableProps extends ListAttention {
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
}

const HEADS: readonly HeadColumn<ScheduleSortKey>[] = [
  { id: 'state', head: 'State', sort: 'state', tip: 'Sorted by it, what should be looked at comes first' },
  { id: 'name', head: 'Name', sort: 'name' },
  { id: 'when', head: 'When', sort: null },
  { id: 'next', head: 'Next', sort: 'next' },
  { id: 'last', head: 'Last', sort: 'last', tip: 'When it was sent, and what became of it' },
  { id: 'took', head: 'Took', sort: 'took', right: true, tip: 'How long the last run took' },
  { id: 'runs', head: '30 runs', sort: null, tip: 'The last runs, newest at the right: as high as they took' },
]

/** What is next and names go in order; the newest and the longest come first. */
const UP_FIRST: readonly ScheduleSortKey[] = ['state', 'name', 'next']

const CARD_PX = 60

/** The list of schedules. */
export function ScheduleTable(props: ScheduleTableProps) {
  const { list, sort, onSort, withSource, cannotAct, handlers } = props
  return (
    <ListGrid
      {...props}
      label="Schedules"
      name="schedule"
      total={list.rows.length}
      cardPx={CARD_PX}
      pill={props.held && <Pill list={list} onTake={props.onTake} />}
      head={HEADS.map((head) => (
        <HeadCell key={head.id} column={head} sort={sort} onSort={onSort} upFirst={UP_FIRST} />
      ))}
      row={(shown, place) => (
        <ScheduleRow
          key={shown.id}
          shown={shown}
          {...place}
          withSource={withSource}
          cannotAct={cannotAct}
          handlers={handlers}
        />
      )}
    />
  )
}
