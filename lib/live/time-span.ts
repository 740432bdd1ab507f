/**
 * The part of the time line that a page shows: the last `Range`, which moves on with the clock, or what lies between
 * two `Moments`, which stands still. The server decides how fine its points are (ux.md 7).
 */
export const RANGES = ['15m', '1h', '6h', '24h'] as const
export type Range = (typeof RANGES)[number]
export const RANGE_MS: Readonly<Record<Range, number>> = {
  '15m': 15 * 60_000,
  '1h': 3_600_000,
  '6h': 6 * 3_600_000,
  '24h': 24 * 3_600_000,
}
/** One point of a chart stands for this long (ux.md 7). */
export const BUCKET_MS: Readonly<Record<Range, number>> = { '15m': 5_000, '1h': 10_000, '6h': 60_000, '24h': 300_000 }

/** Milliseconds since 1970; `toMs` is the first that no longer belongs to it. */
export interface Moments {
  readonly fromMs: number
  readonly toMs: number
}

export type TimeSpan = Range | Moments

/** Nothing is told apart within less. */
export const SHORTEST_SPAN_MS = 1_000
/** The last moment that a Date can tell. */
const LATEST_MS = 8.64e15

export function isRange(text: string | null | undefined): text is Range {
  return (RANGES as readonly (string | null | undefined)[]).includes(text)
}

export function isMoments(span: TimeSpan | null): span is Moments {
  return typeof span === 'object' && span !== null
}

/** Reads `from` and `to` of an address, ISO 8601; null when they do not make a span. */
export function parseMoments(from: string | null, to: string | null): Moments | null {
  if (from === null || to === null) return null
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)]
  const isSpan = fromMs >= 0 && toMs <= LATEST_MS && toMs - fromMs >= SHORTEST_SPAN_MS
  return isSpan ? { fromMs, toMs } : null
}

/** `range`, or `from` and `to`, as they stand in addresses and topics. */
export function spanParams(span: TimeSpan | null): Readonly<Record<string, string>> {
  if (span === null) return {}
  if (!isMoments(span)) return { range: span }
  return { from: new Date(span.fromMs).toISOString(), to: new Date(span.toMs).toISOString() }
}

/** The same span as a text, to tell one from another. */
export function spanKey(span: TimeSpan | null): string {
  return isMoments(span) ? `${span.fromMs}-${span.toMs}` : String(span)
}

/** When a span begins and ends, now. */
export function momentsOf(span: TimeSpan, nowMs: number): Moments {
  return isMoments(span) ? span : { fromMs: nowMs - RANGE_MS[span], toMs: nowMs }
}

/**
 * How long a point of its charts stands for, ms. The past is kept the coarser the longer ago it is: two moments are
 * shown as finely as the shortest range that reaches back to the first of them.
 */
export function bucketMsOf(span: TimeSpan, nowMs: number): number {
  if (!isMoments(span)) return BUCKET_MS[span]
  const reaching = RANGES.find((range) => RANGE_MS[range] >= nowMs - span.fromMs) ?? RANGES[RANGES.length - 1]
  return BUCKET_MS[reaching ?? '24h']
}
