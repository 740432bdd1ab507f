import { describe, expect, it } from 'vitest'
import { chartModel } from './chart-model.ts'
import { chartSummary } from './chart-summary.ts'

const START = 1_000 * 3_600_000

function summary(series: readonly string[], rows: readonly (readonly (number | null)[])[]): string {
  const view = { series, bucketMs: 60_000, points: rows.map((row, i) => [START + i * 60_000, ...row]) }
  const styles = series.map((name) => ({ name, label: name, color: 'red' }))
  const asOfMs = START + rows.length * 60_000
  return chartSummary('Waiting', chartModel(view, { kind: 'lines', unit: 'count', rangeMs: 3_600_000, styles, asOfMs }))
}

describe('chartSummary', () => {
  it('says what rose and what fell', () => {
    expect(
      summary(
        ['high', 'low'],
        [
          [200, 9],
          [1_000, 4],
          [3_904, 2],
        ],
      ),
    ).toBe('Waiting: high rose from 200 to 3,904; low fell from 9 to 2, in 2 m 00 s.')
  })

  it('says what stayed, and its peak', () => {
    expect(summary(['a'], [[100], [101], [100]])).toBe('Waiting: a stayed about 100, in 2 m 00 s.')
    expect(summary(['a'], [[100], [900], [100]])).toBe('Waiting: a stayed about 100, at most 900, in 2 m 00 s.')
  })

  it('knows nothing of no data', () => {
    expect(summary(['a'], [[null]])).toBe('Waiting: no data.')
    expect(
      summary(
        ['a', 'b'],
        [
          [null, 1],
          [null, 2],
        ],
      ),
    ).toContain('a unknown')
  })
})
