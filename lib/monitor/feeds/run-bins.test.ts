import { expect, it } from 'vitest'
import { createRunBins } from './run-bins.ts'

function binsOf(...runsMs: number[]) {
  const bins = createRunBins()
  for (const ms of runsMs) bins.add(ms)
  return bins.view()
}

it('has one bin for runs that are alike, from its edge up to the next one', () => {
  expect(binsOf(100, 149.9)).toEqual([{ fromMs: 100, toMs: 150, count: 2 }])
  expect(binsOf(150)).toEqual([{ fromMs: 150, toMs: 200, count: 1 }])
})

it('keeps the empty bins in between, so that the axis has no holes', () => {
  expect(binsOf(10, 40).map(({ fromMs, count }) => [fromMs, count])).toEqual([
    [10, 1],
    [15, 0],
    [20, 0],
    [30, 1],
  ])
})

it('has half as many bins where runs lie far apart, and loses none', () => {
  const bins = binsOf(0.2, 1.2, 1.7, 90, 4_000, 3_600_000, 1e12)
  expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(7)
  expect(bins.slice(0, 3)).toEqual([
    { fromMs: 0, toMs: 1, count: 1 },
    { fromMs: 1, toMs: 2, count: 2 },
    { fromMs: 2, toMs: 5, count: 0 },
  ])
  for (const [i, bin] of bins.entries()) if (i > 0) expect(bin.fromMs).toBe(bins[i - 1]?.toMs)
})

it('takes negative times, of clocks apart, as no time', () => {
  expect(binsOf(-5)).toEqual([{ fromMs: 0, toMs: 1, count: 1 }])
  expect(binsOf()).toEqual([])
})
