import { describe, expect, it } from 'vitest'
import { sparkPaths } from './spark.tsx'

describe('sparkPaths', () => {
  it('goes from the ground to the highest value', () => {
    expect(sparkPaths([0, 5, 10], 20, 12)).toEqual({ line: 'M0 11L10 6L20 1', area: 'M0 11L10 6L20 1L20 12L0 12Z' })
  })

  it('breaks where nothing is known', () => {
    expect(sparkPaths([1, null, 1], 20, 12).line).toBe('M0 1M20 1')
  })

  it('draws nothing for nothing, and a flat line on the ground for zeros', () => {
    expect(sparkPaths([], 20, 12)).toEqual({ line: '', area: '' })
    expect(sparkPaths([0, 0], 20, 12).line).toBe('M0 11L20 11')
  })
})
