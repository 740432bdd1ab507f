const WINDOWS_MS = [2, 5, 15, 60, 360, 1_440].map((minutes) => minutes * 60_000)

export type ChartWindow = {
  readonly fromMs: number
  readonly toMs: number
  /** Set when recording began inside the chosen range: since when. */
  readonly recordedSinceMs: number | null
}

/**
 * The part of the time line that a chart shows. A chart of an hour that has three minutes of data would be a stub at
 * its right end, so until the range is filled the window is the smallest of a few fixed ones that holds what was
 * recorded. Fixed ones, so that the axis does not creep.
 */
export function chartWindow(rangeMs: number, firstMs: number | null, toMs: number): ChartWindow {
  if (firstMs === null) return { fromMs: toMs - rangeMs, toMs, recordedSinceMs: null }
  const recorded = toMs - firstMs
  // A bucket's worth of slack: the first bucket of a full range is often just gone.
  if (recorded >= rangeMs * 0.97) return { fromMs: toMs - rangeMs, toMs, recordedSinceMs: null }
  const window = WINDOWS_MS.find((candidate) => candidate >= recorded) ?? rangeMs
  return { fromMs: toMs - Math.min(window, rangeMs), toMs, recordedSinceMs: firstMs }
}
