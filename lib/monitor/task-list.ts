/**
 * The task list: what of the kept tasks matches, counted by state, and the asked-for page of it in the asked-for order.
 * One pass over columns of numbers (task-columns.ts): nothing is indexed, so an event costs the list next to nothing,
 * and 100,000 tasks take a few milliseconds.
 */
import type { TaskQuery } from '../live/task-query.ts'
import type { TaskSort } from '../live/topic.ts'
import type { StateCounts } from '../live/views.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { FlowerSearch } from './flower-search.ts'
import type { TaskRecord } from './records.ts'
import {
  flowerSlotTest,
  querySlotTests,
  type SlotTest,
  type SlotTestContext,
  slotTestsPass,
  tableTest,
} from './slot-tests.ts'
import type { TaskColumns } from './task-columns.ts'
import { type FlowerOrder, slotComparison } from './task-order.ts'
import { looksIntoTexts, type Survey, surveySlots } from './task-survey.ts'
import { createTaskTexts } from './task-texts.ts'
import { topRows } from './top-rows.ts'

export interface TaskSelection {
  /** The page's search; null = all. */
  readonly filter: TaskQuery | null
  /** Flower's search. */
  readonly flowerSearch?: FlowerSearch
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
  /** As `select`; what a search in texts needs is made ready in short turns before. */
  selectSoon(selection: TaskSelection): Promise<TaskPage>
  /**
   * Goes through all tasks in short turns: a hundred thousand hold up nobody. Tasks that come, change or go meanwhile may
   * be seen as they were or as they are. Stops early when the signal says so, and then rejects with its reason.
   */
  survey(survey: Survey, signal: AbortSignal): Promise<void>
}

/** The part of the cluster that lists need. */
export interface TaskColumnsSource {
  columns(): TaskColumns
}

const KEEP_TEXTS_MS = 120_000

export function createTaskList(cluster: TaskColumnsSource, runtime: Runtime): TaskList {
  const { clock } = runtime
  const texts = createTaskTexts(clock)
  /** Used again by every search: half a MB each time would be the most of its garbage. */
  let scratch = new Int32Array(0)

  const list: TaskList = {
    async selectSoon(selection) {
      const { flowerSearch } = selection
      if (flowerSearch !== undefined && flowerSearch.kind !== 'all') await texts.prepare(cluster.columns())
      return list.select(selection)
    },
    select(selection) {
      const columns = cluster.columns()
      const nowMs = clock.nowMs()
      texts.release(nowMs - KEEP_TEXTS_MS)
      const tests = testsOf(selection, { columns, nowMs, texts: texts.open(columns) })
      if (scratch.length < columns.end) scratch = new Int32Array(columns.received.length)
      const { slots, counts } = matchingSlots(columns, tests, scratch)
      const { sort, offset, limit } = selection
      const page = topRows(slots, slotComparison(columns, sort), Math.max(0, offset), limit ?? slots.length)
      return { rows: page.flatMap((slot) => columns.rows[slot] ?? []), matched: slots.length, counts }
    },
    async survey(survey, signal) {
      const columns = cluster.columns()
      if (survey.filter !== null && looksIntoTexts(survey.filter)) await texts.prepare(columns)
      signal.throwIfAborted()
      await surveySlots(survey, { columns, nowMs: clock.nowMs(), texts: texts.open(columns) }, clock, signal)
    },
  }
  return list
}

interface Tests {
  readonly state: readonly SlotTest[]
  readonly rest: readonly SlotTest[]
}

/** `slots` is filled from its start; what is returned of it is valid until the next search. */
function matchingSlots(columns: TaskColumns, tests: Tests, slots: Int32Array) {
  const { rows, state: stateIds, states } = columns
  const tally = new Uint32Array(states.size)
  let matched = 0
  for (let slot = 0; slot < columns.end; slot++) {
    if (rows[slot] === undefined || !slotTestsPass(tests.rest, slot)) continue
    const id = stateIds[slot] ?? 0
    tally[id] = (tally[id] ?? 0) + 1
    if (slotTestsPass(tests.state, slot)) slots[matched++] = slot
  }
  const counts: Record<string, number> = {}
  for (const [id, count] of tally.entries()) if (count > 0) counts[states.text(id) ?? ''] = count
  return { slots: slots.subarray(0, matched), counts }
}

/** The cheap ones first: texts are searched only in what passed them. */
function testsOf(selection: TaskSelection, context: SlotTestContext): Tests {
  const { filter, states, flowerSearch } = selection
  const { columns } = context
  const query = filter === null ? { state: [], rest: [] } : querySlotTests(filter, context)
  const rest = [...plainTests(selection, columns), ...query.rest]
  if (flowerSearch !== undefined && flowerSearch.kind !== 'all') rest.push(flowerSlotTest(flowerSearch, context))
  const wanted = states === undefined ? [] : [tableTest(columns.state, columns.states, (text) => states.includes(text))]
  return { state: [...wanted, ...query.state], rest }
}

function* plainTests(selection: TaskSelection, columns: TaskColumns): Iterable<SlotTest> {
  const { name, worker, queue, receivedFrom, receivedTo, sinceMs } = selection
  const { received, firstSeen } = columns
  if (name !== undefined) yield tableTest(columns.name, columns.names, (text) => text === name)
  if (worker !== undefined) yield tableTest(columns.worker, columns.workers, (text) => text === worker)
  if (queue !== undefined) yield tableTest(columns.queue, columns.queues, (text) => text === queue)
  // Written so that NaN, a task that was not received, passes.
  if (receivedFrom !== undefined) yield (slot) => !((received[slot] ?? 0) < receivedFrom)
  if (receivedTo !== undefined) yield (slot) => !((received[slot] ?? 0) > receivedTo)
  if (sinceMs !== undefined) yield (slot) => (firstSeen[slot] ?? 0) * 1_000 >= sinceMs
}
