/** `umbel schedule list` and `umbel schedule next`. */
import { formatIsoTime } from '../../../lib/protocol/iso-time.ts'
import type { StoredEntry } from '../../../lib/schedule-store/schedule-store.ts'
import { scheduleText } from '../../../lib/schedules/schedule.ts'
import { scheduleWords } from '../../../lib/schedules/words.ts'
import { offsetMs } from '../../../lib/schedules/zone.ts'
import { nextRuns } from '../../../worker/beat/next-runs.ts'
import { harmless } from '../style.ts'
import type { OpenSchedule } from './open-schedule.ts'

export function listText({ app, entries, broken }: OpenSchedule, nowMs: number): string {
  const { zone } = app.compiled
  const rows = sorted(entries).map((stored) => {
    const { entry, state } = stored
    const [next] = nextRuns(stored, { nowMs, zone, count: 1 })
    const last = state.totalRunCount === 0 ? 'never' : timeText(state.lastRunMs, zone)
    const when =
      next !== undefined && next < nowMs ? `overdue since ${timeText(next, zone)}` : timeText(next ?? null, zone)
    return [
      entry.name,
      entry.task,
      scheduleWords(entry.schedule, zone),
      when,
      last,
      String(state.totalRunCount),
      stateText(stored, zone, nowMs),
    ]
  })
  const lines = table([['NAME', 'TASK', 'WHEN', 'NEXT', 'LAST', 'RUNS', 'STATE'], ...rows])
  const faults = broken.map(({ name, reason }) => `${name}: cannot be read: ${reason}`)
  if (rows.length + faults.length === 0) return 'There are no entries.'
  return [...(rows.length > 0 ? lines : []), ...faults].map(harmless).join('\n')
}

export function listJson({ app, entries, broken }: OpenSchedule, nowMs: number): string {
  const { zone } = app.compiled
  const good = sorted(entries).map((stored) => {
    const { entry, state } = stored
    const [next] = nextRuns(stored, { nowMs, zone, count: 1 })
    return {
      ...{ name: entry.name, task: entry.task, args: entry.args, kwargs: entry.kwargs, options: entry.options },
      ...{ schedule: scheduleText(entry.schedule), words: scheduleWords(entry.schedule, zone), origin: entry.origin },
      ...{ enabled: entry.enabled, held_until: isoOrWord(state.heldUntilMs), held_by: state.heldBy },
      ...{ next: isoOrWord(next ?? null), last_run_at: state.totalRunCount === 0 ? null : isoOrWord(state.lastRunMs) },
      ...{ total_run_count: state.totalRunCount, description: entry.description, broken: null },
    }
  })
  return JSON.stringify([...good, ...broken.map(({ name, reason }) => ({ name, broken: reason }))], null, 2)
}

export function nextText(entries: readonly StoredEntry[], zone: string, nowMs: number, count: number): string {
  const blocks = sorted(entries).map((stored) => {
    const { name, schedule } = stored.entry
    const runs = nextRuns(stored, { nowMs, zone, count }).map(
      (ms) => `  ${timeText(ms, zone)}${ms < nowMs ? '  overdue' : ''}`,
    )
    const none = `  none: ${stateText(stored, zone, nowMs) || 'it does not run any more'}`
    return [`${name} (${scheduleWords(schedule, zone)})`, ...(runs.length === 0 ? [none] : runs)]
      .map(harmless)
      .join('\n')
  })
  return blocks.length === 0 ? 'There are no entries.' : blocks.join('\n')
}

export function nextJson(entries: readonly StoredEntry[], zone: string, nowMs: number, count: number): string {
  const runs = sorted(entries).map((stored) => [
    stored.entry.name,
    nextRuns(stored, { nowMs, zone, count }).map(formatIsoTime),
  ])
  return JSON.stringify(Object.fromEntries(runs), null, 2)
}

/** `2026-11-22 02:30:00+01:00`, on the clock of the app. */
export function timeText(ms: number | null, zone: string): string {
  if (ms === null) return '-'
  if (ms === Number.POSITIVE_INFINITY) return 'for good'
  const offset = Math.round(offsetMs(ms, zone) / 60_000)
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60]
  const sign = offset < 0 ? '-' : '+'
  const wall = new Date(ms + offset * 60_000).toISOString().slice(0, 19).replace('T', ' ')
  return `${wall}${sign}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`
}

function stateText({ entry, state }: StoredEntry, zone: string, nowMs: number): string {
  const { heldUntilMs, heldBy, runNowMs } = state
  if (runNowMs !== null) return 'runs now'
  if (!entry.enabled) return 'disabled'
  if (heldUntilMs === null || heldUntilMs <= nowMs) return ''
  const until = heldUntilMs === Number.POSITIVE_INFINITY ? '' : ` until ${timeText(heldUntilMs, zone)}`
  return `paused${until}${heldBy === null ? '' : ` by ${heldBy}`}`
}

function isoOrWord(ms: number | null): string | null {
  if (ms === null) return null
  return ms === Number.POSITIVE_INFINITY ? 'for good' : formatIsoTime(ms)
}

function sorted(entries: readonly StoredEntry[]): readonly StoredEntry[] {
  return [...entries].sort((a, b) => (a.entry.name < b.entry.name ? -1 : 1))
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
