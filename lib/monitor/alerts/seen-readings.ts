/**
 * Readings about periodic tasks and beats that are known from messages alone (a Python beat with its own file). What is
 * told of them is estimated: they are late when they should have come twice, and while the broker cannot be read nothing
 * is known.
 */
import type { ScheduleRowView, SchedulesView } from '../../live/schedule-views.ts'
import { matchesGlob } from '../../protocol/glob.ts'
import { duration } from '../feeds/words.ts'
import { SEEN_SOURCE } from '../schedules/inferred-rows.ts'
import type { Reading } from './episode.ts'
import type { BeatDownRule, BeatMissedRule, TwoBeatsRule } from './rule.ts'

export interface SeenReadings {
  readonly view: SchedulesView
  /** The broker cannot be read: that nothing came proves nothing. */
  readonly isBlind: boolean
  readonly nowMs: number
}

type Told = { readonly over: boolean; readonly text: string; readonly value: number }

export function readSeenMissed(rule: BeatMissedRule, seen: SeenReadings, known: readonly string[]): readonly Reading[] {
  const readings: Reading[] = []
  const left = new Set(known.filter((id) => id.startsWith(`${SEEN_SOURCE}/`)))
  for (const row of seen.view.rows) {
    if (!row.inferred || !(matchesGlob(rule.entry, row.name) || matchesGlob(rule.entry, row.id))) continue
    const lateMs = row.overdueSinceMs === null ? 0 : seen.nowMs - row.overdueSinceMs
    const over = lateMs > rule.afterSeconds * 1_000
    if (!over && !left.delete(row.id)) continue
    left.delete(row.id)
    const text = over ? `${row.name} was not seen to run: due for about ${duration(lateMs)}` : `${row.name} runs again`
    const told = { over, text, value: Math.round(lateMs / 1_000) }
    readings.push(readingOf(rule.name, row.id, told, { limit: rule.afterSeconds, forMs: 0 }, seen.isBlind))
  }
  for (const id of left) {
    const told = { over: false, text: `${id} has not been seen for long`, value: 0 }
    readings.push(readingOf(rule.name, id, told, { limit: rule.afterSeconds, forMs: 0 }, seen.isBlind))
  }
  return readings
}

/** Of beats that answer `ping` their silence tells; of others that all which came regularly stays away. */
export function readSeenDown(rule: BeatDownRule, seen: SeenReadings, known: readonly string[]): readonly Reading[] {
  return ofSource(rule, seen, { known, forMs: rule.forSeconds * 1_000 }, (beats) => {
    const regular = seen.view.rows.filter((row) => row.inferred && row.nextMs !== null)
    const isSilent = regular.length > 0 && regular.every(({ overdueSinceMs }) => overdueSinceMs !== null)
    const over = beats.length > 0 ? beats.every(({ state }) => state === 'down') : isSilent
    if (!over) return { over, text: 'Periodic tasks come', value: 1 }
    const text = beats.length > 0 ? 'No beat answers any more' : `No periodic task has come since ${sinceOf(regular)}`
    return { over, text, value: 0 }
  })
}

export function readSeenTwo(rule: TwoBeatsRule, seen: SeenReadings, known: readonly string[]): readonly Reading[] {
  return ofSource(rule, seen, { known, forMs: 0 }, (_, over) => ({
    ...{ over, value: over ? 2 : 1 },
    text: over ? 'Two beats send the same periodic tasks: runs come twice' : 'One beat sends periodic tasks',
  }))
}

function ofSource(
  rule: BeatDownRule | TwoBeatsRule,
  { view, isBlind }: SeenReadings,
  { known, forMs }: { readonly known: readonly string[]; readonly forMs: number },
  judge: (beats: SchedulesView['sources'][number]['beats'], unsafe: boolean) => Told,
): readonly Reading[] {
  if (!matchesGlob(rule.source, SEEN_SOURCE)) return []
  const source = view.sources.find(({ name }) => name === SEEN_SOURCE)
  if (source !== undefined) {
    const told = judge(source.beats, source.unsafe)
    return [readingOf(rule.name, SEEN_SOURCE, told, { limit: null, forMs }, isBlind)]
  }
  if (!known.includes(SEEN_SOURCE)) return []
  const gone = { over: false, text: 'Nothing of them is seen any more', value: 0 }
  return [readingOf(rule.name, SEEN_SOURCE, gone, { limit: null, forMs }, true)]
}

function readingOf(
  rule: string,
  subject: string,
  { over, text, value }: Told,
  { limit, forMs }: { readonly limit: number | null; readonly forMs: number },
  isUnknown: boolean,
): Reading {
  const verdict = isUnknown ? { over: null, well: null } : { over, well: !over }
  return { rule, subject, value: isUnknown ? null : value, limit, ...verdict, text, forMs }
}

function sinceOf(rows: readonly ScheduleRowView[]): string {
  const lastMs = Math.max(...rows.map(({ lastRun }) => lastRun?.sentMs ?? 0))
  return `${new Date(lastMs).toISOString().slice(0, 19)}Z`
}
