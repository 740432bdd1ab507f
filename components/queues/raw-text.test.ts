import { expect, it } from 'vitest'
import { layOut } from './raw-text.ts'

it('lays JSON out with every digit of its numbers, and leaves the rest as it is', () => {
  expect(layOut('{"a":[12345678901234567890,1.50],"b":"1"}')).toBe(
    '{\n  "a": [\n    12345678901234567890,\n    1.50\n  ],\n  "b": "1"\n}',
  )
  expect(layOut('{"a": NaN}')).toBe('{"a": NaN}')
})
