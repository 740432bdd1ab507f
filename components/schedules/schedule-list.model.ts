/** Which rows the list of schedules shows, and in which order. Pure: thousands of rows in a few milliseconds. */
import type { ScheduleRowView, ScheduleRunView } from '../../lib/live/schedule-views.ts'
import { SCHEDULE_STATES, type ScheduleState, stateOf } from './schedule-state.ts'

export const SCHEDULE_SORTS = ['state', 'name', 'next', 'last', 'took'] as const
export type ScheduleSortKey = (typeof SCHEDULE_SORTS)[number]
export type ScheduleSort = ScheduleSortKey | `-${ScheduleSortKey}`

/** What can be filtered by: how an entry stands, or what became of its last run. */
export const SCHEDULE_FILTERS = ['overdue', 'failed', 'held', 'off', 'broken', 'warned'] as const
export type ScheduleFilter = (typeof SCHEDULE_FILTERS)[number]

/** Lateness that a person would notice: a beat looks at its schedule at least every five seconds. */
const LATE_MS = 5_000

export function isLate(run: ScheduleRunView): boolean {
  return run.lateMs !== null && run.lateMs >= LATE_MS
}

/** When a run was sent, or should have been. */
export function runMs(run: ScheduleRunView): number | null {
  return run.sentMs ?? run.slotMs
}

export function matchesFilter(row: ScheduleRowView, filter: ScheduleFilter): boolean {
  switch (filter) {
    case 'failed':
      return row.lastRun?.outcome === 'failed'
    case 'warned':
      return row.warnings.length > 0
    default:
      return stateOf(row) === filter
  }
}

/** Words in any order, in name, task, source, words or expression. */
export function matchesText(row: ScheduleRowView, words: readonly string[]): boolean {
  if (words.length === 0) return true
  const text = `${row.name}\n${row.task}\n${row.source}\n${row.when}\n${row.expression}`.toLowerCase()
  return words.every((word) => text.includes(word))
}

export function wordsOf(q: string): readonly string[] {
  return q
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
}

export type FilterCounts = { readonly [F in ScheduleFilter]: number }

/** How many of these rows each filter would leave. */
export function countFilters(rows: readonly ScheduleRowView[]): FilterCounts {
  const counts = { overdue: 0, failed: 0, held: 0, off: 0, broken: 0, warned: 0 }
  for (const row of rows) {
    for (const filter of SCHEDULE_FILTERS) if (matchesFilter(row, filter)) counts[filter] += 1
  }
  return counts
}

const byText = new Intl.Collator(undefined, { numeric: true }).compare

/** The place of each entry, by its id, when all are sorted by name. */
export type NameRanks = ReadonlyMap<string, number>

/**
 * Comparing names is what sorting costs, and lists of thousands change several times a second while their names stay:
 * gives the ranks it gave before as long as the same entries come in the same order.
 */
export function createNameRanks(): (rows: readonly ScheduleRowView[]) => NameRanks {
  let known: readonly ScheduleRowView[] = []
  let ranks: NameRanks = new Map()
  return (rows) => {
    const isSame = rows.length === known.length && rows.every((row, i) => row.id === known[i]?.id)
    known = rows
    if (isSame) return ranks
    const sorted = rows.toSorted((a, b) => byText(a.name, b.name) || byText(a.id, b.id))
    ranks = new Map(sorted.map((row, i) => [row.id, i]))
    return ranks
  }
}

/** Sorted anew; what is not known comes last either way, equal ones by name. */
export function sortSchedules(
  rows: readonly ScheduleRowView[],
  sort: ScheduleSort,
  ranks: NameRanks = createNameRanks()(rows),
): readonly ScheduleRowView[] {
  const down = sort.startsWith('-')
  const key = down ? sort.slice(1) : sort
  const sign = down ? -1 : 1
  const keyed = rows.map((row) => {
    const rank = ranks.get(row.id) ?? rows.length
    return { row, rank, value: key === 'name' ? rank : sortValue(row, key) }
  })
  keyed.sort((a, b) => {
    if (a.value === null || b.value === null) {
      return Number(a.value === null) - Number(b.value === null) || a.rank - b.rank
    }
    return sign * (a.value - b.value) || a.rank - b.rank
  })
  return keyed.map(({ row }) => row)
}

function sortValue(row: ScheduleRowView, key: string): number | null {
  switch (key) {
    case 'next':
      return row.nextMs
    case 'last':
      return row.lastRun === null ? null : runMs(row.lastRun)
    case 'took':
      return row.lastRun?.runtimeMs ?? null
    default:
      return trouble(row)
  }
}

const RANKS: ReadonlyMap<ScheduleState, number> = new Map(SCHEDULE_STATES.map((state, i) => [state, i]))

/** What a person should look at first comes first: broken and overdue ones, then those whose last run failed. */
function trouble(row: ScheduleRowView): number {
  const state = stateOf(row)
  if (state === 'broken' || state === 'overdue') return RANKS.get(state) ?? 0
  const { lastRun } = row
  if (lastRun?.outcome === 'failed' || lastRun?.outcome === 'missed') return 2
  return 3
}
