/** Readings of the rules about schedules and their beats. A source that cannot be read proves nothing, either way. */
import type { SchedulesView } from '../../live/schedule-views.ts'
import { matchesGlob } from '../../protocol/glob.ts'
import { duration } from '../feeds/words.ts'
import { SEEN_SOURCE } from '../schedules/inferred-rows.ts'
import type { SourceReader } from '../schedules/source-reader.ts'
import { isUnsafe, liveBeats } from '../schedules/source-view.ts'
import type { TrackedEntry } from '../schedules/tracked-entry.ts'
import type { Reading } from './episode.ts'
import type { BeatDownRule, BeatMissedRule, TwoBeatsRule } from './rule.ts'

/** What was told of schedules. */
export interface ScheduleReadings {
  readonly readers: readonly SourceReader[]
  readonly nowMs: number
  /** The page, for what is known from messages alone; left out where nobody looks at them. */
  readonly view?: SchedulesView
}

type Verdict = { readonly over: boolean | null; readonly well: boolean | null }
const UNKNOWN: Verdict = { over: null, well: null }

/** Entries that are well and were well are left out: there may be ten thousand. */
export function readMissed(
  rule: BeatMissedRule,
  { readers }: ScheduleReadings,
  known: readonly string[],
): readonly Reading[] {
  const readings: Reading[] = []
  const seen = new Set<string>()
  const isKnown = new Set(known)
  for (const { entries, error } of readers) {
    for (const tracked of entries.values()) {
      const lateMs = lateness(tracked)
      const isLate = lateMs > Math.max(rule.afterSeconds * 1_000, staleMs(tracked))
      if (!isLate && !isKnown.has(tracked.id)) continue
      if (!matchesGlob(rule.entry, tracked.name) && !matchesGlob(rule.entry, tracked.id)) continue
      seen.add(tracked.id)
      const verdict = error !== null ? UNKNOWN : { over: isLate, well: !isLate }
      const text = isLate ? `${tracked.name} did not run: due for ${duration(lateMs)}` : `${tracked.name} runs again`
      const reading = readingOf(rule.name, tracked.id, verdict, error === null ? text : unread(tracked.source, error))
      readings.push({ ...reading, value: error === null ? Math.round(lateMs / 1_000) : null, limit: rule.afterSeconds })
    }
  }
  for (const id of known) {
    if (seen.has(id) || id.startsWith(`${SEEN_SOURCE}/`)) continue
    // It was deleted; or its source has not been read since the start.
    const gone = readers.some(
      ({ source, known: wasRead, error }) => id.startsWith(`${source.name}/`) && wasRead && error === null,
    )
    readings.push(readingOf(rule.name, id, gone ? { over: false, well: true } : UNKNOWN, `${id} is no longer there`))
  }
  return readings
}

export function readBeatDown(
  rule: BeatDownRule,
  readings: ScheduleReadings,
  known: readonly string[],
): readonly Reading[] {
  const { nowMs } = readings
  return bySource(rule, readings, known, (reader) => {
    const name = reader.source.name
    const live = liveBeats(reader)
    if (live > 0) return { over: false, well: true, text: `A beat works on ${name}`, value: live }
    const isNeeded = [...reader.entries.values()].some(({ stored }) => stored.entry.enabled)
    // Beats that report nothing are told by what they do: Django's, and a RedBeat without its lock.
    const tells = reader.sawBeat || reader.source.store.kind !== 'django'
    const works = !reader.sawBeat && ranLately(reader, nowMs)
    const down = isNeeded && !works && (tells || isOverdue(reader))
    const text = down ? `No beat works on the schedule ${name}` : `The schedule ${name} runs`
    return { over: down, well: !down, text, value: 0 }
  })
}

export function readTwoBeats(
  rule: TwoBeatsRule,
  readings: ScheduleReadings,
  known: readonly string[],
): readonly Reading[] {
  const { nowMs } = readings
  return bySource({ ...rule, forSeconds: 0 }, readings, known, (reader) => {
    const name = reader.source.name
    const unsafe = isUnsafe(reader, nowMs)
    const text = unsafe
      ? `Two beats send from the schedule ${name}, and no lease keeps them apart: runs come twice`
      : `One beat sends from the schedule ${name}`
    return { over: unsafe, well: !unsafe, text, value: unsafe ? 2 : 1 }
  })
}

function bySource(
  rule: BeatDownRule | (TwoBeatsRule & { readonly forSeconds: number }),
  { readers }: ScheduleReadings,
  known: readonly string[],
  judge: (reader: SourceReader) => Verdict & { readonly text: string; readonly value: number },
): readonly Reading[] {
  const readings: Reading[] = []
  const seen = new Set<string>()
  for (const reader of readers) {
    const { source, error } = reader
    if (!matchesGlob(rule.source, source.name) || (source.unasked && reader.entries.size === 0)) continue
    seen.add(source.name)
    const isRead = reader.known && error === null
    const judged = isRead ? judge(reader) : { ...UNKNOWN, text: unread(source.name, error), value: null }
    const reading = readingOf(rule.name, source.name, judged, judged.text)
    readings.push({ ...reading, value: judged.value, forMs: rule.forSeconds * 1_000 })
  }
  for (const name of known)
    if (!seen.has(name) && name !== SEEN_SOURCE)
      readings.push(readingOf(rule.name, name, UNKNOWN, `${name} is not there`))
  return readings
}

function readingOf(rule: string, subject: string, { over, well }: Verdict, text: string): Reading {
  return { rule, subject, value: null, limit: null, over, well, text, forMs: 0 }
}

function unread(source: string, error: string | null): string {
  return `The schedule ${source} cannot be read${error === null ? ' yet' : `: ${error}`}`
}

/** As of when its store was read last. */
function lateness({ nextMs, asOfMs }: TrackedEntry): number {
  return nextMs === null ? 0 : Math.max(0, asOfMs - nextMs)
}

/** What a store may know too late: its beat saves seldom. */
function staleMs({ kind, toleranceMs }: TrackedEntry): number {
  return kind === 'django' ? toleranceMs : 0
}

function isOverdue({ entries }: SourceReader): boolean {
  for (const tracked of entries.values()) if (lateness(tracked) > tracked.toleranceMs) return true
  return false
}

const LATELY_MS = 600_000

function ranLately(reader: SourceReader, nowMs: number): boolean {
  if (isOverdue(reader)) return false
  for (const { book } of reader.entries.values()) {
    if (nowMs - (book.newest?.sentMs ?? Number.NEGATIVE_INFINITY) < LATELY_MS) return true
  }
  return false
}
