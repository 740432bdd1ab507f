/** What the page shows of periodic tasks whose schedule cannot be read: their runs, and how often they seem to come. */
import type { BeatView, ScheduleRowView, ScheduleRunView, ScheduleSourceView } from '../../live/schedule-views.ts'
import { duration } from '../feeds/words.ts'
import { type BeatMarks, estimateInterval, type InferredEntry, sendersInTurns } from './beat-marks.ts'
import { runViews } from './run-views.ts'
import { RECENT_RUNS } from './schedule-row.ts'

export const SEEN_SOURCE = 'seen'
/** Two beats were there if their runs came in turns lately. */
const LATELY_MS = 600_000
/** A run is missed when this many estimated intervals passed without one. */
const OVERDUE_INTERVALS = 2
const KEPT_MS = 86_400_000
const KEPT_INTERVALS = 4

export function inferredRow(entry: InferredEntry, nowMs: number): ScheduleRowView {
  const estimate = estimateInterval(entry)
  const runs = inferredRuns(entry)
  const last = runs.findLast(({ sentMs }) => sentMs !== null) ?? null
  const nextMs = estimate?.isRegular === true && last?.sentMs != null ? last.sentMs + estimate.everyMs : null
  const overdue =
    nextMs !== null &&
    estimate !== null &&
    nowMs - nextMs > Math.max(estimate.everyMs * (OVERDUE_INTERVALS - 1), 10_000)
  return {
    ...{ id: `${SEEN_SOURCE}/${entry.name}`, name: entry.name, source: SEEN_SOURCE, task: entry.task },
    when:
      estimate === null
        ? 'Seen too seldom to tell'
        : estimate.isRegular
          ? `About every ${duration(estimate.everyMs)}`
          : 'At irregular times',
    expression: '',
    zone: 'UTC',
    enabled: true,
    ...{ heldUntilMs: null, heldForGood: false, heldBy: null, nextMs },
    lastRun: last ?? runs.at(-1) ?? null,
    totalRunCount: runs.length,
    overdueSinceMs: overdue ? nextMs : null,
    neverRan: false,
    recent: runs.slice(-RECENT_RUNS),
    warnings: [],
    ...{ broken: false, inferred: true, editable: false, editLasts: null },
  }
}

/** Oldest first. */
export function inferredRuns({ book }: InferredEntry): readonly ScheduleRunView[] {
  return runViews(book.runs, null)
}

/** Only what no readable schedule explains: neither its tasks nor its beats are shown twice. */
export function inferredParts(
  marks: BeatMarks,
  answered: readonly BeatView[],
  known: { readonly sources: readonly ScheduleSourceView[]; readonly tasks: ReadonlySet<string> },
  nowMs: number,
): { readonly rows: readonly ScheduleRowView[]; readonly source: ScheduleSourceView | null } {
  const entries = [...marks.entries.values()].filter(
    (entry) =>
      !known.tasks.has(entry.task) && !marks.isOfBeat(entry, known.tasks) && nowMs - entry.lastMs < keptMs(entry),
  )
  const nodes = new Set(known.sources.flatMap(({ beats }) => beats.map(({ node }) => node)))
  const beats = answered.filter(({ node }) => !nodes.has(node))
  const isNothing = entries.length === 0 && beats.length === 0
  return {
    rows: entries.map((entry) => inferredRow(entry, nowMs)),
    source: isNothing ? null : seenSource(entries, beats, nowMs),
  }
}

/** A task that was renamed, or is sent no more, is not overdue for ever. */
function keptMs(entry: InferredEntry): number {
  return Math.max(KEPT_MS, (estimateInterval(entry)?.everyMs ?? 0) * KEPT_INTERVALS)
}

function seenSource(entries: readonly InferredEntry[], beats: readonly BeatView[], nowMs: number): ScheduleSourceView {
  const inTurns = entries.some((entry) => nowMs - entry.lastMs < LATELY_MS && sendersInTurns(entry))
  return {
    name: SEEN_SOURCE,
    kind: 'seen',
    place: 'messages and events',
    error: null,
    beats,
    unsafe: inTurns,
    editable: false,
  }
}
