/**
 * The contract of the store behind the monitor: numbers over time. In memory first; SQLite and PostgreSQL later.
 *
 *  HIS-1  `add` never waits and never throws; the monitor is not slowed by its history.
 *  HIS-2  A bucket holds the sum, the count, the largest and the last value put into it: sums of parts equal the
 *         whole, whatever the resolution.
 *  HIS-3  A bucket in which nothing was put is null, never 0.
 *  HIS-4  Bounded: oldest buckets go first, and at most `maxSeries` series are kept.
 */
export interface HistorySupport {
  readonly survivesRestart: boolean
}

export type Take = 'sum' | 'last' | 'max' | 'mean'

export interface History {
  readonly supports: HistorySupport
  /** Puts a value into the bucket of `atMs` of a series such as `queue:celery:waiting`. */
  add(series: string, atMs: number, value: number): void
  /** `[startMs, value]` per bucket of `bucketMs`, oldest first, from `fromMs` to `toMs`; all buckets, also empty ones. */
  series(
    series: string,
    fromMs: number,
    toMs: number,
    bucketMs: number,
    take: Take,
  ): readonly (readonly [number, number | null])[]
  names(prefix: string): readonly string[]
  close(): Promise<void>
}
