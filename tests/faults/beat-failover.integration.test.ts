/** The short form of `npm run bench -- beat-failover`. */
import { expect, test } from 'vitest'
import { type Fault, runFailOvers } from '../../bench/beat-failover/failover.ts'

const KILLS: readonly Fault[] = Array.from({ length: 9 }, () => 'kill')
const ALL: readonly Fault[] = ['kill', 'stop', 'cut', 'kill', 'cut', 'stop', 'kill']

test.concurrent.each([
  ['killed', KILLS],
  ['killed at other times', KILLS],
  ['killed, stopped for a while, cut off', ALL],
])('the leader is %s: no run is missed, none is made twice', { timeout: 600_000 }, async (_, faults) => {
  const { missed, doubled, runs, gapMs } = await runFailOvers({
    ...{ beats: 2, entries: 60, leastSeconds: 8, leaseSeconds: 1, awayMs: 2_500, faults },
  })

  expect({ missed, doubled }).toEqual({ missed: [], doubled: [] })
  expect(runs).toBeGreaterThan(100)
  expect(gapMs).toHaveLength(faults.length)
})
