/**
 * The task list: what of the kept tasks matches, counted by state, and the asked-for page of it in the asked-for order.
 * One pass over all tasks, a few milliseconds for 100,000; nothing is indexed, so an event costs the list nothing.
 */
import type { TaskQuery } from '../live/task-query.ts'
import type { TaskSort } from '../live/topic.ts'
import type { StateCounts } from '../live/views.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { ClusterReader } from './contracts.ts'
import type { FlowerSearch } from './flower-search.ts'
import { flowerTest } from './flower-test.ts'
import type { TaskRecord } from './records.ts'
import { comparison, type FlowerOrder } from './task-order.ts'
import { splitMatcher, type TaskTest } from './task-search.ts'
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
}

export function createTaskList(cluster: ClusterReader, runtime: Runtime): TaskList {
  return {
    select(selection) {
      const nowMs = runtime.clock.nowMs()
      const { state, rest } = testsOf(selection, nowMs)
      const matching: TaskRecord[] = []
      const tally = createTally()
      for (const task of cluster.tasks()) {
        if (!rest(task)) continue
        tally.add(task.state)
        if (state(task)) matching.push(task)
      }
      const { offset, limit, sort } = selection
      const compare = comparison(matching, sort)
      const indexes = topRows(matching.length, compare, Math.max(0, offset), limit ?? matching.length)
      const rows = indexes.flatMap((index) => matching[index] ?? [])
      return { rows, matched: matching.length, counts: tally.counts() }
    },
  }
}

function testsOf(selection: TaskSelection, nowMs: number): { readonly state: TaskTest; readonly rest: TaskTest } {
  const { filter, states, flowerSearch } = selection
  const split = filter === null ? null : splitMatcher(filter, nowMs)
  const rest: TaskTest[] = [...plainTests(selection)]
  // The cheap ones first: a text is searched only in what passed them.
  if (split !== null) rest.push(split.rest)
  if (flowerSearch !== undefined && flowerSearch.kind !== 'all') rest.push(flowerTest(flowerSearch))
  const state: TaskTest[] = split === null ? [] : [split.state]
  if (states !== undefined) state.push((task) => states.includes(task.state))
  return { state: joined(state), rest: joined(rest) }
}

function* plainTests(selection: TaskSelection): Iterable<TaskTest> {
  const { name, worker, queue, receivedFrom, receivedTo, sinceMs } = selection
  if (name !== undefined) yield (task) => task.name === name
  if (worker !== undefined) yield (task) => task.worker === worker
  if (queue !== undefined) yield (task) => task.queue === queue
  if (receivedFrom !== undefined) yield (task) => task.received === null || task.received >= receivedFrom
  if (receivedTo !== undefined) yield (task) => task.received === null || task.received <= receivedTo
  if (sinceMs !== undefined) yield (task) => (task.received ?? task.sent ?? task.timestamp) * 1_000 >= sinceMs
}

function joined(tests: readonly TaskTest[]): TaskTest {
  const [first, second] = tests
  if (first === undefined) return () => true
  if (second === undefined) return first
  return (task) => {
    for (const test of tests) if (!test(task)) return false
    return true
  }
}

/** States are few, and each is one string for all tasks: a short list is looked through faster than a map. */
function createTally(): { add(state: string): void; counts(): StateCounts } {
  const states: string[] = []
  const counts: number[] = []
  return {
    add(state) {
      const at = states.indexOf(state)
      if (at >= 0) counts[at] = (counts[at] ?? 0) + 1
      else {
        states.push(state)
        counts.push(1)
      }
    },
    counts: () => Object.fromEntries(states.map((state, i) => [state, counts[i] ?? 0])),
  }
}
