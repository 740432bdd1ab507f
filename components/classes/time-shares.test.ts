import { expect, it } from 'vitest'
import { partShares } from './time-shares.model.ts'

it('has the parts in the order of a life, as shares of the whole', () => {
  const timeMs = { broker: 100, eta: 0, prefetch: 300, run: 600, 'back-off': 0 }
  expect(partShares({ timeMs })).toEqual([
    { part: 'broker', ms: 100, share: 0.1 },
    { part: 'prefetch', ms: 300, share: 0.3 },
    { part: 'run', ms: 600, share: 0.6 },
  ])
})

it('keeps what no event tells, as unknown, and running even when it took no time', () => {
  const timeMs = { broker: null, eta: 0, prefetch: 0, run: 0, 'back-off': 0 }
  expect(partShares({ timeMs })).toEqual([
    { part: 'broker', ms: null, share: 0 },
    { part: 'run', ms: 0, share: 0 },
  ])
})
