import { describe, expect, it } from 'vitest'
import { rangeOf } from './selection.model.ts'

describe('rangeOf', () => {
  it('takes both ends, in either direction', () => {
    expect(rangeOf(['a', 'b', 'c', 'd'], 'b', 'd')).toEqual(['b', 'c', 'd'])
    expect(rangeOf(['a', 'b', 'c', 'd'], 'd', 'b')).toEqual(['b', 'c', 'd'])
  })

  it('takes only what is there', () => {
    expect(rangeOf(['a', 'b'], 'gone', 'b')).toEqual(['b'])
    expect(rangeOf(['a', 'b'], 'a', 'gone')).toEqual([])
  })
})
