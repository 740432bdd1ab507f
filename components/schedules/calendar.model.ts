/** The runs of the coming day, row by row, as the calendar draws them. Pure. */
import type { ScheduleCalendar } from '../../lib/live/schedule-views.ts'
import { formatDuration, formatSeconds } from '../ui/format.ts'

export type CalendarBar = {
  /** Shares of the width, from 0 to 1. */
  readonly from: number
  readonly to: number
  readonly atMs: number
  /** It is likely to begin before the run before it has ended. */
  readonly overlaps: boolean
}

export type CalendarRow = {
  readonly id: string
  readonly name: string
  readonly usualMs: number | null
  readonly count: number
  /** More runs than `count`: those left out. */
  readonly more: number
  readonly firstMs: number | null
  /** Empty where runs are too close to be told apart: then it is a band. */
  readonly bars: readonly CalendarBar[]
  readonly band: { readonly from: number; readonly to: number; readonly everyMs: number } | null
  readonly overlaps: number
}

/** Bars closer together than this share of the width are drawn as one band: about 4 px on a wide screen. */
const BAND_BELOW = 1 / 288
const LEAST_OF_BAND = 12

export function calendarRows(calendar: ScheduleCalendar): readonly CalendarRow[] {
  const rows = calendar.rows.map((row) => calendarRow(row, calendar))
  return rows.filter((row) => row.count > 0).sort((a, b) => (a.firstMs ?? 0) - (b.firstMs ?? 0) || byName(a, b))
}

function calendarRow(row: ScheduleCalendar['rows'][number], { fromMs, toMs }: ScheduleCalendar): CalendarRow {
  const { atMs, more, usualMs } = row
  const spanMs = Math.max(1, toMs - fromMs)
  const share = (ms: number) => Math.min(1, Math.max(0, (ms - fromMs) / spanMs))
  const firstMs = atMs[0] ?? null
  const lastMs = atMs.at(-1) ?? fromMs
  let overlaps = 0
  const bars = atMs.map((ms, i) => {
    const before = atMs[i - 1]
    const isOver = before !== undefined && usualMs !== null && before + usualMs > ms
    if (isOver) overlaps += 1
    return { from: share(ms), to: share(ms + (usualMs ?? 0)), atMs: ms, overlaps: isOver }
  })
  const everyMs = atMs.length > 1 && firstMs !== null ? (lastMs - firstMs) / (atMs.length - 1) : spanMs
  const isBand = more > 0 || (atMs.length >= LEAST_OF_BAND && everyMs / spanMs < BAND_BELOW)
  const band = isBand && firstMs !== null ? { from: share(firstMs), to: more > 0 ? 1 : share(lastMs), everyMs } : null
  const { id, name } = row
  return { id, name, usualMs, count: atMs.length, more, firstMs, bars: isBand ? [] : bars, band, overlaps }
}

export type Load = { readonly fromMs: number; readonly runs: number }

/** How many runs begin in each part of the day, over all entries. */
export function calendarLoad(calendar: ScheduleCalendar, parts: number): readonly Load[] {
  const { fromMs, toMs } = calendar
  const partMs = Math.max(1, toMs - fromMs) / parts
  const counts = new Array<number>(parts).fill(0)
  const add = (ms: number, runs: number) => {
    const part = Math.floor((ms - fromMs) / partMs)
    if (part >= 0 && part < parts) counts[part] = (counts[part] ?? 0) + runs
  }
  for (const { atMs, more } of calendar.rows) {
    for (const ms of atMs) add(ms, 1)
    const lastMs = atMs.at(-1)
    if (more === 0 || lastMs === undefined) continue
    // Those left out come at the pace of those that were told.
    const perMs = more / Math.max(1, toMs - lastMs)
    for (let part = 0; part < parts; part++) {
      const startMs = Math.max(lastMs, fromMs + part * partMs)
      const endMs = fromMs + (part + 1) * partMs
      if (endMs > startMs) counts[part] = (counts[part] ?? 0) + (endMs - startMs) * perMs
    }
  }
  return counts.map((runs, part) => ({ fromMs: fromMs + part * partMs, runs: Math.round(runs) }))
}

export type CalendarMoment = {
  readonly atMs: number
  readonly id: string
  readonly name: string
  readonly usualMs: number | null
  readonly overlaps: boolean
}

/** All runs that are told one by one, in order of time: the same as a list. Bands are given as their first run. */
export function calendarMoments(rows: readonly CalendarRow[], most: number): readonly CalendarMoment[] {
  const all = rows.flatMap((row) => {
    const { id, name, usualMs, firstMs } = row
    if (row.band !== null)
      return firstMs === null ? [] : [{ atMs: firstMs, id, name, usualMs, overlaps: row.overlaps > 0 }]
    return row.bars.map((bar) => ({ atMs: bar.atMs, id, name, usualMs, overlaps: bar.overlaps }))
  })
  return all.sort((a, b) => a.atMs - b.atMs || byName(a, b)).slice(0, most)
}

/** "every 30 s", "every 2.50 s", "every minute", "every 5 m": a whole number is written as such. */
export function everyText(everyMs: number): string {
  const rounded = Math.round(everyMs / 1_000) * 1_000
  const isWhole = rounded > 0 && Math.abs(rounded - everyMs) < 50
  const minutes = rounded / 60_000
  if (isWhole && Number.isInteger(minutes)) {
    if (minutes % 60 === 0) return minutes === 60 ? 'every hour' : `every ${minutes / 60} h`
    return minutes === 1 ? 'every minute' : `every ${minutes} m`
  }
  return `every ${isWhole ? formatSeconds(rounded) : formatDuration(everyMs)}`
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}
