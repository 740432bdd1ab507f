import { expect, it } from 'vitest'
import { WholeFloat } from '../../protocol/whole-float.ts'
import { flowerFloat, flowerJson } from './flower-json.ts'

it.each([
  [{ a: [1, 'é</b>', null], b: undefined }, '{"a": [1, "\\u00e9<\\/b>", null]}'],
  [['\u007f\u2028', 9.884e-5, 1e-7, 0.0001, -0, 1e21], '["\\u007f\\u2028", 9.884e-05, 1e-07, 0.0001, 0, 1e+21]'],
  [2n ** 70n, '1180591620717411303424'],
  [[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], '[NaN, Infinity, -Infinity]'],
  [[new WholeFloat(3), 1.5], '[3.0, 1.5]'],
])('%o as Python writes it', (value, text) => {
  expect(flowerJson(value)).toBe(text)
})

it.each([
  [3, '3.0'],
  [9.884699829854071e-5, '9.884699829854071e-05'],
  [1795295636.123, '1795295636.123'],
  [1e22, '1e+22'],
  [null, 'null'],
])('%o is the float %s', (value, text) => expect(flowerFloat(value)).toBe(text))
