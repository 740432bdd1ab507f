import { expect, it } from 'vitest'
import { createRuntime } from '../../runtime/runtime.ts'
import { exerciseHistory } from '../conformance.ts'
import { createMemoryHistory } from './memory-history.ts'

exerciseHistory('memory', { open: createMemoryHistory })

it('bounds the answer, whatever is asked', () => {
  const history = createMemoryHistory({ runtime: createRuntime(), maxSeries: 1, maxBuckets: 100 })
  expect(history.series('s', 0, Number.MAX_SAFE_INTEGER, 1, 'sum')).toHaveLength(100)
})
