import { expect, it } from 'vitest'
import { type Clock, systemClock } from '../../runtime/clock.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { exerciseChords } from '../chord-conformance.ts'
import { exerciseResults, meta } from '../conformance.ts'
import { createMemoryResults } from './memory-results.ts'

exerciseResults('memory', { open: async () => createMemoryResults(), close: (store) => store.close() })

it('drops the oldest above its limit', async () => {
  const store = createMemoryResults({ maxResults: 2 })
  for (const id of ['a', 'b', 'c']) await store.set(meta(id, 'SUCCESS'), null)
  expect((await store.getMany(['a', 'b', 'c'])).map((one) => one?.task_id ?? null)).toEqual([null, 'b', 'c'])
})

let passedMs = 0
const clock: Clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + passedMs }
exerciseChords('memory', {
  open: async () => createMemoryResults({ runtime: createRuntime({ clock }) }),
  close: (store) => store.close(),
  async expireClaim() {
    passedMs += 30_000
  },
})
