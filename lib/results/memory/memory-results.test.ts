import { expect, it } from 'vitest'
import { exerciseResults, meta } from '../conformance.ts'
import { createMemoryResults } from './memory-results.ts'

exerciseResults('memory', { open: async () => createMemoryResults(), close: (store) => store.close() })

it('drops the oldest above its limit', async () => {
  const store = createMemoryResults({ maxResults: 2 })
  for (const id of ['a', 'b', 'c']) await store.set(meta(id, 'SUCCESS'), null)
  expect((await store.getMany(['a', 'b', 'c'])).map((one) => one?.task_id ?? null)).toEqual([null, 'b', 'c'])
})
