import { RANGE_MS, RANGES, type Range } from '../../lib/live/topic.ts'

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
