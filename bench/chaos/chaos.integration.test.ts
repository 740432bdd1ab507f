/** The short form of `npm run bench -- chaos`. */
import { expect, test } from 'vitest'
import { runSilence } from './silence.ts'
import { runStorm } from './storm.ts'

test.concurrent('workers and Redis killed, connections reset every 40 ms: nothing is lost, little runs twice, what is lost early is told', {
  timeout: 400_000,
}, async () => {
  const { late, early, inHand, left, returnMs, output } = await runStorm({
    late: 2_000,
    early: 300,
    taskMs: 10,
    places: [
      { pool: 'async', concurrency: 8 },
      { pool: 'processes', concurrency: 2 },
    ],
    kills: 4,
    redisKills: 1,
    timeoutMs: 120_000,
  })
  expect(late.lost).toBe(0)
  expect(left).toBe(0)
  expect(late.doubled + early.doubled).toBeLessThanOrEqual(inHand.reduce((sum, count) => sum + count, 0))
  expect(early.reported).toBe(early.lost)
  // The bench holds the bar (5 s, and 15 s below) on a machine of its own; the tests share theirs.
  for (const ms of returnMs) expect(ms).toBeLessThan(30_000)
  expect(output).not.toMatch(/uncaught|unhandled|\n {4}at /i)
})

test.concurrent('a connection that goes silent is noticed', { timeout: 240_000 }, async () => {
  expect(await runSilence(60_000)).toBeLessThan(30_000)
})
