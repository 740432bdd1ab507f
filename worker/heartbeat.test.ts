import { expect, test } from 'vitest'
import { heartbeatEveryMs } from './heartbeat.ts'

test.each([
  [undefined, 2_000],
  [0, 2_000],
  [0.001, 100],
  [5_000, 5_000],
])('a heartbeat asked for every %s ms comes every %s', (wantedMs, everyMs) => {
  expect(heartbeatEveryMs(wantedMs)).toBe(everyMs)
})
