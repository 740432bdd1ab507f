/**
 * The task list: what of the kept tasks matches, counted by state, and the asked-for page of it in the asked-for order.
 * A pass over columns of numbers (task-columns.ts), with what searches and orders found before (task-texts.ts,
 * task-orders.ts): an event costs the list next to nothing, and 100,000 tasks take a few milliseconds.
 */
import { splitByState, termsIn } from '../live/search-tree.ts'
import type { TaskQuery } from '../live/task-query.ts'
import type { TaskSort } from '../live/topic.ts'
import type { StateCounts } from '../live/views.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { type BlockSearch, blockSearch, runAtOnce, runInTurns, type Steps } from './block-tests.ts'
import { type KeepMarks, slotMarks, tableMarks } from './column-marks.ts'
import type { TaskRecord } from './records.ts'
import {
  BLOCK,
  clearMarks,
  countMarks,
  createMarks,
  isMarked,
  listMarked,
  loadBlock,
  type RowMarks,
  storeBlock,
} from './row-marks.ts'
import type { TaskColumns } from './task-columns.ts'
import { type FlowerOrder, slotSorting } from './task-order.ts'
import { createTaskOrders, type OrderedRows } from './task-orders.ts'
import { type Survey, surveySteps } from './task-survey.ts'
import { createTaskTexts, type TextSearch } from './task-texts.ts'
import { createTopRows } from './top-rows.ts'

/** A search: parseTaskQuery's, or the tree of parseFlowerSearch. */
export type TaskFilter = Pick<TaskQuery, 'tree' | 'problems'>

export interface TaskSelection {
  /** Null = all. A search with problems finds nothing. */
  readonly filter: TaskFilter | null
  /** Exactly one of these states. */
  readonly states?: readonly string[]
  /** Exactly this task name, worker, queue. */
  readonly name?: string
  readonly worker?: string
  readonly queue?: string
  /** Epoch seconds, both included. As in Flower a task that was not received passes. */
  readonly receivedFrom?: number
  readonly receivedTo?: number
  /** First seen (received, else sent) at or after this, milliseconds. */
  readonly sinceMs?: number
  readonly sort: TaskSort | FlowerOrder
  readonly offset: number
  /** Null = all. */
  readonly limit: number | null
}

export interface TaskPage {
  readonly rows: readonly TaskRecord[]
  readonly matched: number
  /** By state, of what matches everything but the states asked for. */
  readonly counts: StateCounts
}

export interface TaskList {
  select(selection: TaskSelection): TaskPage
  /** As `select`, in short turns: however many tasks there are and however long the search is, it holds up nobody. */
  selectSoon(selection: TaskSelection, signal?: AbortSignal): Promise<TaskPage>
  /** All tasks that match, in no order; in short turns. Those that change meanwhile are seen as they were or as they are. */
  matching(filter: TaskFilter, signal: AbortSignal): Promise<readonly TaskRecord[]>
  /**
   * Goes through all tasks in short turns: a hundred thousand hold up nobody. Tasks that come, change or go meanwhile may
   * be seen as they were or as they are. Stops early when the signal says so, and then rejects with its reason.
   */
  survey(survey: Survey, signal: AbortSignal): Promise<void>
  /** To be called now and then: keeps ready what the next search looks into, a little each time; forgets it when nobody looks any more. */
  tend(): void
}

/** The part of the cluster that lists need. */
export interface TaskColumnsSource {
  columns(): TaskColumns
}

/** What searches and orders need is kept this long after the last look at tasks that might need it. */
const KEEP_MS = 120_000
/** So long at a time what a search needs is prepared. */
const TEND_MS = 4
/** After all of it was: texts that change all the time are made a few times, not ten times a second. */
const REST_MS = 1_000
/** A page of up to so many rows is looked for; for longer ones the order of all tasks is made and kept. */
const LONGEST_PAGE = 2_000
/** Rows that change while a search goes on are looked at again, so often. */
const MOST_ROUNDS = 3

export function createTaskList(cluster: TaskColumnsSource, runtime: Runtime): TaskList {
  const { clock } = runtime
  const texts = createTaskTexts()
  const orders = createTaskOrders(clock.nowMs)
  const top = createTopRows()
  /** Used again by every search: they have room for as many tasks as there may be. */
  const spare: SearchMarks[] = []
  /** As large, for the rows that a search found; made by the first. */
  let slots = new Int32Array(0)

  let lookedMs = Number.NEGATIVE_INFINITY
  let preparing: Steps | null = null
  let restMs = Number.NEGATIVE_INFINITY

  /** `looks`: somebody sees tasks of it, and may search among them next. */
  function textsFor(filter: TaskFilter | null, columns: TaskColumns, looks = true): TextSearch {
    if (looks) lookedMs = clock.nowMs()
    return texts.open(columns, filter === null ? 0 : termsIn(filter.tree).length)
  }

  function open(selection: TaskSelection): Search {
    const columns = cluster.columns()
    const { filter, states } = selection
    const { state, rest } = splitByState(filter?.tree ?? { kind: 'all' })
    const context = { columns, nowMs: clock.nowMs(), texts: textsFor(filter, columns, selection.limit !== 0) }
    const wanted =
      states === undefined ? [] : [tableMarks(columns.state, columns.states, (text) => states.includes(text))]
    const marks = spare.pop() ?? createSearchMarks(columns)
    marks.versions.fill(-1, 0, Math.ceil(columns.end / BLOCK))
    return {
      columns,
      marks,
      isNothing: filter !== null && filter.problems.length > 0,
      rest: blockSearch(rest, [...plainTests(selection, columns)], context),
      state: blockSearch(state, wanted, context),
    }
  }

  function pageOf(search: Search, { sort, offset, limit }: TaskSelection): TaskPage {
    const { columns, marks } = search
    const counts = stateCounts(marked(marks.rest, columns), columns)
    const matched = countMarks(marks.full, columns.end)
    const { from, end } = pageBounds(matched, offset, limit)
    const page =
      end <= from
        ? []
        : end - from <= LONGEST_PAGE
          ? top.find(marked(marks.full, columns), slotSorting(columns, sort), from, end - from)
          : pageFrom(orders.sorted(columns, sort), marks.full, from, end)
    spare.push(marks)
    return { rows: page.flatMap((slot) => columns.rows[slot] ?? []), matched, counts }
  }

  /** Valid until the next call. */
  function marked(marks: RowMarks, { received, end }: TaskColumns): Int32Array {
    if (slots.length === 0) slots = new Int32Array(received.length)
    return listMarked(marks, end, slots)
  }

  return {
    async selectSoon(selection, signal) {
      const search = open(selection)
      const resume = () => void cluster.columns()
      await runInTurns(markBlocks(search), clock, resume, signal)
      const { from, end } = pageBounds(
        countMarks(search.marks.full, search.columns.end),
        selection.offset,
        selection.limit,
      )
      if (end - from > LONGEST_PAGE) {
        await runInTurns(orders.prepare(search.columns, selection.sort), clock, resume, signal)
      }
      for (let round = 1; round < MOST_ROUNDS; round++) await runInTurns(markBlocks(search), clock, resume, signal)
      return pageOf(search, selection)
    },
    select(selection) {
      const search = open(selection)
      runAtOnce(markBlocks(search))
      return pageOf(search, selection)
    },
    async matching(filter, signal) {
      const search = open({ filter, sort: '-received', offset: 0, limit: null })
      const { columns, marks } = search
      await runInTurns(markBlocks(search), clock, () => void cluster.columns(), signal)
      const found = columns.rows.filter((task, slot) => task !== undefined && isMarked(marks.full, slot))
      spare.push(marks)
      return found.filter((task) => task !== undefined)
    },
    async survey(survey, signal) {
      const columns = cluster.columns()
      const search = textsFor(survey.filter, columns)
      const steps = surveySteps(survey, { columns, nowMs: clock.nowMs(), texts: search })
      await runInTurns(steps, clock, () => void cluster.columns(), signal)
    },
    tend() {
      const sinceMs = clock.nowMs() - KEEP_MS
      orders.release(sinceMs)
      if (lookedMs < sinceMs) {
        texts.forget()
        preparing = null
        return
      }
      const startMs = clock.monotonicMs()
      if (preparing === null && startMs < restMs) return
      preparing ??= texts.prepare(cluster.columns())
      while (clock.monotonicMs() - startMs < TEND_MS) {
        if (preparing.next().done !== true) continue
        preparing = null
        restMs = startMs + REST_MS
        return
      }
    },
  }
}

interface Search {
  readonly columns: TaskColumns
  readonly marks: SearchMarks
  readonly isNothing: boolean
  readonly rest: BlockSearch
  readonly state: BlockSearch
}

interface SearchMarks {
  /** Each row that matches everything but the states asked for, and each that matches all. By block. */
  readonly rest: RowMarks
  readonly full: RowMarks
  /** By block, as of which change; -1 for never. A block that was never used has no change and no marks. */
  readonly versions: Int32Array
}

function createSearchMarks({ blockChanges: { length } }: TaskColumns): SearchMarks {
  return { rest: createMarks(length), full: createMarks(length), versions: new Int32Array(length) }
}

/** Brings the marks of all blocks up to date that changed since they were made. */
function* markBlocks({ columns, marks, isNothing, rest, state }: Search): Steps {
  const { blockChanges } = columns
  const block = createMarks()
  for (let index = 0; index * BLOCK < columns.end; index++) {
    const version = blockChanges[index] ?? 0
    if (marks.versions[index] === version) continue
    if (isNothing) clearMarks(block)
    else {
      loadBlock(columns.inUse, index, block)
      const ofRest = rest.keep(index, block)
      if (ofRest !== null) yield* ofRest
    }
    storeBlock(marks.rest, index, block)
    const ofState = state.keep(index, block)
    if (ofState !== null) yield* ofState
    storeBlock(marks.full, index, block)
    yield
    marks.versions[index] = version
  }
}

function stateCounts(slots: Int32Array, { state, states }: TaskColumns): StateCounts {
  const counted = new Int32Array(states.size)
  for (let i = 0; i < slots.length; i++) {
    const id = state[slots[i] ?? 0] ?? 0
    counted[id] = (counted[id] ?? 0) + 1
  }
  const counts: Record<string, number> = {}
  for (const [id, count] of counted.entries()) if (count > 0) counts[states.text(id) ?? ''] = count
  return counts
}

function pageBounds(matched: number, offset: number, limit: number | null) {
  const from = Math.max(0, offset)
  return { from, end: limit === null ? matched : Math.min(matched, from + limit) }
}

/** The marked ones from one place to another in the order of all. */
function pageFrom({ rows, isReversed }: OrderedRows, marks: RowMarks, from: number, end: number): readonly number[] {
  const page: number[] = []
  let seen = 0
  for (let i = 0; i < rows.length && seen < end; i++) {
    const slot = rows[isReversed ? rows.length - 1 - i : i] ?? 0
    if (isMarked(marks, slot) && seen++ >= from) page.push(slot)
  }
  return page
}

function* plainTests(selection: TaskSelection, columns: TaskColumns): Iterable<KeepMarks> {
  const { name, worker, queue, receivedFrom, receivedTo, sinceMs } = selection
  const { received, firstSeen } = columns
  if (name !== undefined) yield tableMarks(columns.name, columns.names, (text) => text === name)
  if (worker !== undefined) yield tableMarks(columns.worker, columns.workers, (text) => text === worker)
  if (queue !== undefined) yield tableMarks(columns.queue, columns.queues, (text) => text === queue)
  // Written so that NaN, a task that was not received, passes.
  if (receivedFrom !== undefined) yield slotMarks((slot) => !((received[slot] ?? 0) < receivedFrom))
  if (receivedTo !== undefined) yield slotMarks((slot) => !((received[slot] ?? 0) > receivedTo))
  if (sinceMs !== undefined) yield slotMarks((slot) => (firstSeen[slot] ?? 0) * 1_000 >= sinceMs)
}
