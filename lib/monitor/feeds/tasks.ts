import { messageOf } from '../../errors.ts'
import { isAboutState, splitByState, type TaskTree, termsIn } from '../../live/search-tree.ts'
import type { TaskQuery, TaskTerm } from '../../live/task-query.ts'
import { isMoments, RANGE_MS } from '../../live/time-span.ts'
import type { TaskSortKey, Topic } from '../../live/topic.ts'
import type { TasksView } from '../../live/views.ts'
import type { ClusterChanges } from '../contracts.ts'
import type { TaskRecord } from '../records.ts'
import { readQuery } from '../sight.ts'
import { matcher } from '../task-search.ts'
import type { FeedDeps } from './deps.ts'
import { Presence } from './presence.ts'
import type { Source, Touch } from './source.ts'
import { finishedMs, isLost, LOST, RowMemo } from './task-row.ts'
import { type SortKey, TaskWindow } from './task-window.ts'

/** Whether a task matches may depend on the time: then all are looked at again now and then. */
const QUERY_REFILL_MS = 3_000
const RANGE_REFILL_MS = 15_000
/** Only a task that is lost changes its state without an event. */
const LOST_REFILL_MS = 30_000

export interface TasksSource extends Source {
  view(): TasksView
  /** Resolves when all tasks were looked at. */
  ready(): Promise<void>
  close(): void
}

/** Topic `tasks`: the first rows of a search, and how many tasks of each state it finds. */
export function tasksSource(deps: FeedDeps, topic: Extract<Topic, { name: 'tasks' }>, touch: Touch): TasksSource {
  const { cluster, runtime, settings, links } = deps
  const query = readQuery(topic.q, deps.sight)
  let search = testsOf(query, runtime.clock.nowMs())
  const memo = new RowMemo(deps.shown)
  const span = topic.range
  const rangeMs = span === null || isMoments(span) ? null : RANGE_MS[span]
  const descending = topic.sort.startsWith('-')
  // The topic was parsed: without its sign the sort is one of the keys.
  const sortKey = (descending ? topic.sort.slice(1) : topic.sort) as TaskSortKey
  const stateOf = (task: TaskRecord) =>
    isLost(task, cluster, runtime.clock.nowMs(), settings.lostAfterMs) ? LOST : task.state

  const window = new TaskWindow({
    stateOf,
    matchesState: (task, shown) => search.state(shownAs(task, shown)),
    keyOf: (task) => keyOf(task, sortKey, stateOf),
    descending,
    limit: topic.limit,
    matches: (task) => isInSpan(task) && search.rest(search.restHasState ? shownAs(task, stateOf(task)) : task),
  })
  function isInSpan(task: TaskRecord): boolean {
    if (rangeMs !== null && seenMs(task) < runtime.clock.nowMs() - rangeMs) return false
    return !isMoments(span) || (seenMs(task) >= span.fromMs && seenMs(task) < span.toMs)
  }
  const refillMs = followsTime(query) ? QUERY_REFILL_MS : rangeMs === null ? LOST_REFILL_MS : RANGE_REFILL_MS
  const presence = new Presence(cluster)
  let filledMs = Number.NEGATIVE_INFINITY
  const ended = new AbortController()
  const inTurns = query.problems.length === 0 && query.terms.some(takesLong)
  /** While all tasks are looked at in turns: those that changed since that began. */
  let meanwhile: Set<string> | null = null
  let isFirst = inTurns
  let filling = Promise.resolve()
  let lastIds: readonly string[] = []

  const fill = () => {
    filledMs = runtime.clock.monotonicMs()
    if (meanwhile !== null) return
    search = testsOf(query, runtime.clock.nowMs())
    if (!inTurns) return window.fill(cluster.tasks())
    filling = fillInTurns().catch((error: unknown) => {
      meanwhile = null
      if (ended.signal.aborted) return
      runtime.log.error('A search of the task list ended early', { q: topic.q, reason: messageOf(error) })
    })
  }
  async function fillInTurns(): Promise<void> {
    const changed = new Set<string>()
    meanwhile = changed
    const { rest } = splitByState(query.tree)
    const found = await deps.tasks.matching({ tree: { kind: 'and', of: rest }, problems: [] }, ended.signal)
    meanwhile = null
    const wanted = new Set(found.filter(isInSpan))
    // That a task is lost stands in no column.
    const asks = search.restHasState
      ? (task: TaskRecord) => stateOf(task) === LOST || changed.has(task.uuid)
      : (task: TaskRecord) => changed.has(task.uuid)
    for (const id of changed) addTo(wanted, cluster.task(id))
    if (search.restHasState) for (const task of cluster.tasks()) if (stateOf(task) === LOST) wanted.add(task)
    const kept = [...wanted].filter((task) => cluster.task(task.uuid) === task)
    window.fill(kept, (task) => !asks(task))
    isFirst = false
    touch()
  }
  const apply = ({ tasks, removedTasks, workers }: ClusterChanges) => {
    if (presence.changed(workers)) return fill() // tasks of a worker that comes or goes may be lost, or not any more
    for (const id of removedTasks) window.remove(id)
    for (const id of tasks) {
      meanwhile?.add(id)
      if (isFirst) continue
      const task = cluster.task(id)
      if (task === undefined) window.remove(id)
      else window.put(task)
    }
  }
  fill()

  return {
    everyMs: 200,
    heeds(news) {
      if (news.kind === 'cluster') apply(news.changes)
      if (news.kind !== 'time') return news.kind === 'cluster'
      if (runtime.clock.monotonicMs() - filledMs < refillMs) return false
      fill()
      return true
    },
    view(): TasksView {
      if (window.ids() === null) fill()
      lastIds = window.ids() ?? lastIds
      const found = lastIds.map((id) => cluster.task(id)).filter((task) => task !== undefined)
      const rows = found.map((task) => memo.row(task, links.retryOf(task.uuid), window.stateOf(task.uuid) === LOST))
      memo.keepOnly(rows)
      return {
        rows,
        matched: window.matched,
        total: cluster.taskCount,
        counts: window.counts(),
        oldestMs: oldestMs(cluster.tasks()),
        problems: query.problems,
        searching: isFirst,
      }
    },
    ready: () => filling,
    close: () => ended.abort(),
  }
}

function addTo(tasks: Set<TaskRecord>, task: TaskRecord | undefined): void {
  if (task !== undefined) tasks.add(task)
}

/** It reads texts of every task. */
function takesLong(term: TaskTerm): boolean {
  return term.kind === 'word' || term.kind === 'path' || (term.kind === 'text' && !QUICK_FIELDS.has(term.field))
}

const QUICK_FIELDS: ReadonlySet<string> = new Set(['state', 'name', 'queue', 'worker'])

/** What is said of the state apart from the rest: states are counted among what matches everything else. */
function testsOf({ tree, problems }: TaskQuery, nowMs: number) {
  const { state, rest } = splitByState(tree)
  const part = (of: readonly TaskTree[]) => matcher({ tree: { kind: 'and', of }, problems }, nowMs)
  return { state: part(state), rest: part(rest), restHasState: rest.some((one) => termsIn(one).some(isAboutState)) }
}

function shownAs(task: TaskRecord, state: string): TaskRecord {
  return state === task.state ? task : { ...task, state }
}

/** `age:<1h`, `since:1h`, `run:>2s` and `state:scheduled` are about now. */
function followsTime({ terms }: TaskQuery): boolean {
  return terms.some((term) => {
    if (term.kind === 'number') return term.field === 'age' || term.field === 'run'
    if (term.kind === 'time') return 'agoMs' in term.at
    return term.kind === 'text' && term.field === 'state' && term.values.some((word) => /^sched/i.test(word))
  })
}

/** When a task came into view: what a range of time is about. */
function seenMs(task: TaskRecord): number {
  return (task.received ?? task.sent ?? task.started ?? task.timestamp) * 1_000
}

function keyOf(task: TaskRecord, sort: TaskSortKey, stateOf: (task: TaskRecord) => string): SortKey {
  switch (sort) {
    case 'received':
      // A task that waits in a queue was received by nobody; it belongs where it was sent.
      return seenMs(task)
    case 'started':
      return task.started
    case 'finished':
      return finishedMs(task)
    case 'runtime':
      return task.runtime
    case 'wait':
      return task.started === null ? null : task.started - (task.sent ?? task.received ?? task.started)
    case 'name':
      return task.name
    case 'state':
      return stateOf(task)
    case 'worker':
      return task.worker
    case 'queue':
      return task.queue
    case 'retries':
      return task.retries ?? 0
  }
}

function oldestMs(tasks: Iterable<TaskRecord>): number | null {
  for (const task of tasks) return Math.round(seenMs(task))
  return null
}
