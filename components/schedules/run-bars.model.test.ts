import { expect, test } from 'vitest'
import type { ScheduleRunView } from '../../lib/live/schedule-views.ts'
import { BAR_STEP, runBars, runsSummary } from './run-bars.model.ts'
import { runChart, runText } from './run-chart.model.ts'

function run(fields: Partial<ScheduleRunView> = {}): ScheduleRunView {
  const sent = { slotMs: 1_000, sentMs: 1_001, lateMs: 1, outcome: 'succeeded', state: 'SUCCESS', taskId: 'a' } as const
  return { ...sent, runtimeMs: 1_000, byHand: false, doubled: false, overlaps: false, ...fields }
}
const missed = run({ outcome: 'missed', sentMs: null, lateMs: null, runtimeMs: null, taskId: null, state: null })

test('the newest run stands at the right end, however few there are', () => {
  const bars = runBars([run(), missed], 30)

  expect(bars.map(({ x }) => x)).toEqual([28 * BAR_STEP, 29 * BAR_STEP])
  expect(bars.map(({ outcome }) => outcome)).toEqual(['succeeded', 'missed'])
})

test('the longest run fills the height; one without a duration can still be seen', () => {
  const [longest, half, none] = runBars([run({ runtimeMs: 4_000 }), run({ runtimeMs: 2_000 }), missed], 3)

  expect(longest?.height).toBeGreaterThan(half?.height ?? 0)
  expect(none?.height).toBeGreaterThan(0)
})

test('the bars are told as a sentence, what is bad first', () => {
  const late = run({ lateMs: 6_000 })

  expect(runsSummary([])).toBe('No run yet')
  expect(runsSummary([run()])).toBe('The last run: 1 succeeded')
  expect(runsSummary([run(), late, missed, run({ outcome: 'failed', doubled: true })])).toBe(
    'The last 4 runs: 1 failed, 1 missed, 2 succeeded; 1 late, 1 sent twice',
  )
})

test('the chart has its oldest run first and the middle of the good ones as what is usual', () => {
  const newestFirst = [
    run({ runtimeMs: 9_000, outcome: 'failed' }),
    run({ runtimeMs: 3_000 }),
    run({ runtimeMs: 1_000 }),
    run({ runtimeMs: 2_000 }),
  ]

  const model = runChart(newestFirst)
  expect(model.bars.map((bar) => bar.run.runtimeMs)).toEqual([2_000, 1_000, 3_000, 9_000])
  expect(model.usual?.ms).toBe(2_000)
  expect(model.log).toBe(false)
  expect(model.bars.every(({ share }) => share !== null && share > 0 && share <= 1)).toBe(true)
})

test('durations that span more than twenty times have a logarithmic axis', () => {
  const model = runChart([run({ runtimeMs: 30_000 }), run({ runtimeMs: 100 })])

  expect(model.log).toBe(true)
  expect(model.bars[0]?.share).toBeLessThan(model.bars[1]?.share ?? 0)
  expect(model.usual).toBeNull()
})

test('a chart of runs without durations is drawn', () => {
  const model = runChart([missed])

  expect(model.bars).toMatchObject([{ share: null, late: false }])
  expect(model.ticks.map(({ share }) => share)).toEqual(
    [...model.ticks.map(({ share }) => share)].sort((a, b) => a - b),
  )
  expect(model.ticks.every(({ share }) => Number.isFinite(share))).toBe(true)
})

test('a run is told with all there is to say of it', () => {
  expect(runText(run({ lateMs: 6_000, byHand: true }))).toMatch(/Succeeded, took 1\.00 s, 6\.00 s late, by hand$/)
})
