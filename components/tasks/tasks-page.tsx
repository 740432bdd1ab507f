'use client'

import dynamic from 'next/dynamic'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { ACTION_TASKS_MOST } from '../../lib/live/http.ts'
import { isMoments, spanKey } from '../../lib/live/time-span.ts'
import { TASKS_MOST, TASKS_PAGE } from '../../lib/live/topic.ts'
import type { TasksView } from '../../lib/live/views.ts'
import { RANGE_WORDS } from '../charts/range-words.ts'
import { ZoomNote } from '../charts/zoom-note.tsx'
import { heldMark } from '../frame/live-mark.tsx'
import { Page } from '../frame/page.tsx'
import { useHeld } from '../list/use-held.ts'
import { PHONE, useMedia } from '../list/use-media.ts'
import { useLiveKept } from '../live/use-live.ts'
import { useMe } from '../live/use-me.ts'
import { copyText } from '../ui/copy.tsx'
import { plural } from '../ui/format.ts'
import { usePageSettings } from '../ui/page-settings.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { announce, showToast } from '../ui/toast.ts'
import { BulkBar } from './bulk-bar.tsx'
import { type CellColumn, cellTerm, keepOnly, leaveOut } from './cell-filter.model.ts'
import { listOrder } from './list-order.ts'
import { saveMatching, saveRows } from './save-tasks.ts'
import { type TaskAction, TaskActionDialog, type TaskActionName } from './task-actions.tsx'
import { TaskActivity } from './task-activity.tsx'
import { columnsOf } from './task-columns.tsx'
import { StateTabs } from './task-filters.tsx'
import { TaskPeek } from './task-peek.tsx'
import { canRevoke } from './task-row.model.ts'
import type { TaskRowHandlers } from './task-row.tsx'
import { TaskSummary } from './task-summary.tsx'
import { TaskTable } from './task-table.tsx'
import { TaskTools } from './task-tools.tsx'
import { TasksEmpty } from './tasks-empty.tsx'
import { useBeyond } from './use-beyond.ts'
import { useRetryAsked } from './use-retry-asked.ts'
import { useSelection } from './use-selection.ts'
import { setTaskAddress, useTaskAddress } from './use-task-address.ts'
import { useTaskKeys } from './use-task-keys.ts'
import { FLOOD_ROWS, useTaskList } from './use-task-list.ts'
import { useTaskNames } from './use-task-names.ts'

const TaskGroups = dynamic(() => import('./task-groups.tsx').then((module) => module.TaskGroups), { ssr: false })

const STEP = TASKS_PAGE
/** A held list asks for this many more rows at most, so that the shown ones keep getting their values. */
const HELD_EXTRA = 500

/** The live list of tasks with its filters, its selection and its keys. */
export function TasksPage() {
  const address = useTaskAddress()
  const { q, range, sort, cols, peek, group } = address
  const { tasksColumns: usual } = usePageSettings()
  const columns = useMemo(() => columnsOf(cols, usual), [cols, usual])
  const [most, setMost] = useState(TASKS_PAGE)
  const [extra, setExtra] = useState(0)
  const limit = Math.min(TASKS_MOST, most + extra)
  const state = useLiveKept({ name: 'tasks', q, range, sort, limit })
  const view = state.view?.searching === true ? null : state.view
  const query = `${q} ${spanKey(range)} ${sort}`
  const selection = useSelection()
  const scroller = useRef<HTMLDivElement>(null)
  const [activeId, setActiveId] = useState<string | null>(null)
  const [action, setAction] = useState<TaskAction | null>(null)
  const [pointer, setPointer] = useState(false)
  const [focused, setFocused] = useState(false)
  const [scrolled, setScrolled] = useState(false)
  const [menuOpen, setMenuOpen] = useState(false)
  const [cell, setCell] = useState<CellColumn>('task')
  const { cannotAct } = useMe()

  const reasons = [pointer, focused, scrolled, menuOpen, selection.ids.size > 0, action !== null]
  const byTime = sort === '-received'
  const held = useHeld(...reasons)
  const { list, take } = useTaskList(view, held || !byTime, query, limit, most)
  const rows = list.rows
  const order = useMemo(() => rows.map((row) => row.id), [rows])
  useEffect(() => listOrder.set(order), [order])
  const byId = useMemo(() => new Map(rows.map((shown) => [shown.id, shown.row])), [rows])
  const beyond = useBeyond(address, selection)
  const rowOf = useCallback((id: string) => byId.get(id) ?? beyond.rows.get(id), [byId, beyond.rows])
  useRetryAsked(beyond, (tasks) => setAction({ name: 'retry', tasks }))
  const names = useTaskNames(view)
  const phone = useMedia(PHONE)

  useEffect(() => {
    heldMark.set(held)
    return () => heldMark.set(false)
  }, [held])

  // Another filter begins at the top with nothing selected. `query` is what changed.
  useEffect(() => {
    setMost(TASKS_PAGE)
    selection.clear()
    scroller.current?.scrollTo({ top: 0 })
  }, [query])

  // New rows push the shown ones over the end of what was asked for: then more is asked for.
  const wantedExtra = held ? roundUp(Math.min(list.fresh, HELD_EXTRA)) : 0
  useEffect(() => setExtra(wantedExtra), [wantedExtra])

  const onEnd = useCallback(() => {
    const present = view
    if (present === null || present.rows.length < limit || present.matched <= most || most >= TASKS_MOST) return
    setMost((before) => Math.min(TASKS_MOST, before + STEP))
  }, [view, limit, most])

  const act = useCallback(
    (name: TaskActionName, ids: Iterable<string>) => {
      if (cannotAct !== null) {
        showToast({ level: 'warn', text: `${cannotAct}.` })
        return
      }
      const tasks = [...ids].flatMap((id) => rowOf(id) ?? [])
      if (name === 'revoke' && !tasks.some(canRevoke)) {
        showToast({ text: tasks.length === 1 ? 'This task has ended.' : 'These tasks have ended.' })
        return
      }
      if (tasks.length > 0) setAction({ name, tasks })
    },
    [rowOf, cannotAct],
  )
  const showPeek = useCallback((id: string | null) => setTaskAddress({ peek: id }, 'replace'), [])
  const focusRow = useCallback((id: string) => {
    setActiveId(id)
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`)?.focus({ preventScroll: true }),
    )
  }, [])

  // The handlers stay the same functions, so that rows are not drawn again for them.
  const latest = useRef({ act, order, selection, peek })
  latest.current = { act, order, selection, peek }
  const handlers = useMemo<TaskRowHandlers>(
    () => ({
      activate: setActiveId,
      peek: (id) => showPeek(latest.current.peek === id ? null : id),
      select: (id, extend) => {
        if (extend) latest.current.selection.extend(id, latest.current.order)
        else latest.current.selection.toggle(id)
      },
      retry: (id) => latest.current.act('retry', [id]),
      revoke: (id) => latest.current.act('revoke', [id]),
      menu: setMenuOpen,
    }),
    [showPeek],
  )

  const takeNew = useCallback(() => {
    announce(`${plural(list.fresh, 'new task')}.`)
    take()
    scroller.current?.scrollTo({ top: 0 })
    setScrolled(false)
  }, [list.fresh, take])

  const exportSelected = () => saveRows([...selection.ids].flatMap((id) => rowOf(id) ?? []))
  const onExport = selection.ids.size > 0 ? exportSelected : () => saveMatching(address, 'csv')
  const matched = view?.matched ?? 0
  const selectMatched = async () =>
    void (await beyond.selectMatched(rows.length < Math.min(matched, ACTION_TASKS_MOST)))
  const filterBy = (id: string, exclude: boolean) => {
    const row = rowOf(id)
    const term = row === undefined ? null : cellTerm(row, cell)
    if (term === null) showToast({ text: `The ${cell} of this task is not known.` })
    else setTaskAddress({ q: exclude ? leaveOut(q, term) : keepOnly(q, term) })
  }
  useTaskKeys({
    cell,
    onCell: setCell,
    filterBy,
    order,
    activeId,
    peek,
    selection,
    focusRow,
    showPeek,
    act,
    takeNew,
    onExport,
    selectMatched,
    scroller,
  })

  const empty = view !== null && rows.length === 0
  const isNothing = view === null || view.total === 0 || view.problems.length > 0
  const isGrouped = group !== null && !isNothing && state.error === null
  return (
    <Page title="Tasks" documentTitle={documentTitle(q, view)} fill>
      <div className="flex flex-col gap-2 pb-2">
        <TaskTools
          address={address}
          matched={matched}
          names={names}
          onLeave={() => activeId !== null && focusRow(activeId)}
        />
        <ZoomNote
          zoom={isMoments(range) ? range : null}
          backTo={address.rangeBefore === null ? 'all that is kept' : `the last ${RANGE_WORDS[address.rangeBefore]}`}
          onBack={() => setTaskAddress({ range: address.rangeBefore })}
        >
          Tasks that came then; no new one joins them.
        </ZoomNote>
        {selection.ids.size > 0 ? (
          <BulkBar
            count={selection.ids.size}
            shown={rows.length}
            matched={matched}
            cannotAct={cannotAct}
            onRetry={() => act('retry', selection.ids)}
            onRevoke={() => act('revoke', selection.ids)}
            onCopy={() => void copyText([...selection.ids].join('\n'))}
            onExport={exportSelected}
            onAll={() => selection.set(order)}
            onMatched={selectMatched}
            onClear={selection.clear}
          />
        ) : (
          <div className="flex min-h-9 items-center justify-between gap-x-6 max-lg:flex-col max-lg:items-start">
            <StateTabs q={q} counts={view?.counts ?? null} onChange={(next) => setTaskAddress({ q: next })} />
            <TaskSummary view={view} shown={rows.length} />
          </div>
        )}
        {!isNothing && !phone && (
          <TaskActivity q={q} range={range} onZoom={(moments) => setTaskAddress({ range: moments })} />
        )}
      </div>
      <div className="flex min-h-0 flex-1 border-t border-line">
        {view === null && state.error === null && (
          <div className="min-w-0 flex-1 bg-surface">
            <Skeleton rows={14} />
          </div>
        )}
        {isGrouped && <TaskGroups address={address} by={group} />}
        {!isGrouped && (empty || state.error !== null) && (
          <div className="min-w-0 flex-1 bg-surface">
            <TasksEmpty view={view} error={state.error} address={address} />
          </div>
        )}
        {!isGrouped && !empty && view !== null && state.error === null && (
          <TaskTable
            list={list}
            columns={columns}
            matched={view.matched}
            sort={sort}
            onSort={(next) => setTaskAddress({ sort: next })}
            activeId={activeId}
            peekId={peek}
            cell={cell}
            onCell={setCell}
            selection={selection}
            handlers={handlers}
            scroller={scroller}
            more={view.rows.length >= limit && list.fresh >= limit}
            waits={held || !byTime || list.fresh > FLOOD_ROWS}
            onTake={takeNew}
            onScrolled={setScrolled}
            onPointer={setPointer}
            onFocused={setFocused}
            onEnd={onEnd}
          />
        )}
        {peek !== null && <TaskPeek id={peek} onClose={() => showPeek(null)} />}
      </div>
      <TaskActionDialog action={action} onClose={() => setAction(null)} />
    </Page>
  )
}

function roundUp(rows: number): number {
  return Math.ceil(rows / STEP) * STEP
}

function documentTitle(q: string, view: TasksView | null): string {
  return q === '' || view === null ? 'Tasks' : `${q.slice(0, 60)} · Tasks`
}
