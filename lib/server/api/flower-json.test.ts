import { expect, it } from 'vitest'
import { WholeFloat } from '../../protocol/whole-float.ts'
import { flowerJson } from './flower-json.ts'

it.each([
  [{ a: [1, 'é</b>', null], b: undefined }, '{"a": [1, "\\u00e9<\\/b>", null]}'],
  [2n ** 70n, '1180591620717411303424'],
  [[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], '[NaN, Infinity, -Infinity]'],
  [[new WholeFloat(3), 1.5], '[3.0, 1.5]'],
])('%o as Python writes it', (value, text) => {
  expect(flowerJson(value)).toBe(text)
})
