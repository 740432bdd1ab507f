import { type Moments, RANGE_MS, RANGES, type Range } from '../../lib/live/time-span.ts'
import { formatDuration, formatTime } from '../ui/format.ts'

export const RANGE_WORDS: Readonly<Record<Range, string>> = {
  '15m': '15 minutes',
  '1h': 'hour',
  '6h': '6 hours',
  '24h': '24 hours',
}

/** "in the last hour" */
export function rangeWords(rangeMs: number): string {
  const range = RANGES.find((one) => RANGE_MS[one] === rangeMs)
  return range === undefined ? 'in this time' : `in the last ${RANGE_WORDS[range]}`
}

/** "13:02:10 to 13:09:40 (7 m 30 s)"; with the day when it is not all of one. */
export function spanWords({ fromMs, toMs }: Moments): string {
  const day = (ms: number) => new Date(ms).toDateString()
  const isToday = day(fromMs) === day(Date.now()) && day(toMs) === day(fromMs)
  const words = (ms: number) => (isToday ? clock(ms) : `${dayWords(ms)} ${clock(ms)}`)
  return `${words(fromMs)} to ${words(toMs)} (${formatDuration(toMs - fromMs)})`
}

function clock(ms: number): string {
  return formatTime(ms).slice(0, 8)
}

function dayWords(ms: number): string {
  return new Date(ms).toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })
}
