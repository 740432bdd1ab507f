import type { Moments } from '../../lib/live/time-span.ts'
import { SHORTEST_SPAN_MS } from '../../lib/live/time-span.ts'

export type Zone = 'local' | 'utc'

/** A moment as a field of the browser for date and time has it, to the second. */
export function fieldText(ms: number, zone: Zone): string {
  const offsetMs = zone === 'utc' ? 0 : new Date(ms).getTimezoneOffset() * 60_000
  return new Date(ms - offsetMs).toISOString().slice(0, 19)
}

/** What two such fields say, or what is wrong with them. */
export function readFields(from: string, to: string, zone: Zone): Moments | string {
  const [fromMs, toMs] = [readField(from, zone), readField(to, zone)]
  if (Number.isNaN(fromMs)) return 'The beginning is not a date and a time.'
  if (Number.isNaN(toMs)) return 'The end is not a date and a time.'
  return toMs - fromMs < SHORTEST_SPAN_MS ? 'The end has to be after the beginning.' : { fromMs, toMs }
}

function readField(text: string, zone: Zone): number {
  return Date.parse(zone === 'utc' ? `${text}Z` : text)
}
