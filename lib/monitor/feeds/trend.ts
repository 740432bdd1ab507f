/** Where a queue's depth is going: least squares over the last two minutes (ux.md 2.5). Pure. */
import type { QueueRowView } from '../../live/views.ts'

export interface Trend {
  readonly trend: QueueRowView['trend']
  /** Messages per second, positive = growing; null when there are too few readings. */
  readonly slope: number | null
  readonly emptyInMs: number | null
}

/** With fewer readings, or over less time, a slope is noise. */
const FEWEST_POINTS = 3
const SHORTEST_MS = 10_000
/** A change over the two minutes that is smaller than this, and than 5 % of the depth, is no trend. */
const STEADY_MESSAGES = 2
const STEADY_SHARE = 0.05

/** `points` are `[atMs, waiting]`, oldest first; `served` false = nobody takes from this queue, null = not known. */
export function trendOf(
  points: readonly (readonly [number, number | null])[],
  waiting: number | null,
  served: boolean | null,
): Trend {
  const known = points.filter((point): point is readonly [number, number] => point[1] !== null)
  const slope = slopePerSecond(known)
  if (waiting === null) return { trend: 'unknown', slope: null, emptyInMs: null }
  if (waiting === 0) return { trend: 'empty', slope, emptyInMs: 0 }
  if (served === false) return { trend: 'never', slope, emptyInMs: null }
  if (slope === null) return { trend: 'unknown', slope, emptyInMs: null }
  const spanMs = (known.at(-1)?.[0] ?? 0) - (known[0]?.[0] ?? 0)
  const moved = Math.abs(slope) * (spanMs / 1_000)
  if (moved < Math.max(STEADY_MESSAGES, waiting * STEADY_SHARE)) return { trend: 'steady', slope, emptyInMs: null }
  if (slope > 0) return { trend: 'growing', slope, emptyInMs: null }
  return { trend: 'draining', slope, emptyInMs: Math.round((waiting / -slope) * 1_000) }
}

function slopePerSecond(points: readonly (readonly [number, number])[]): number | null {
  const first = points[0]
  const last = points.at(-1)
  if (first === undefined || last === undefined) return null
  if (points.length < FEWEST_POINTS || last[0] - first[0] < SHORTEST_MS) return null
  let [sumX, sumY, sumXX, sumXY] = [0, 0, 0, 0]
  for (const [atMs, value] of points) {
    const x = (atMs - first[0]) / 1_000 // from the first point on: squares of epoch times lose digits
    sumX += x
    sumY += value
    sumXX += x * x
    sumXY += x * value
  }
  const n = points.length
  const spread = n * sumXX - sumX * sumX
  return spread === 0 ? null : (n * sumXY - sumX * sumY) / spread
}
