import { expect, it } from 'vitest'
import { exactRepr } from './exact-repr.ts'
import { formatJson, parseJson } from './json.ts'
import { parsePythonLiteral } from './literal.ts'
import { WholeFloat } from './whole-float.ts'

it.each([
  ['1.0', '1.0'],
  ['-0.0', '-0.0'],
  ['1e22', '1e+22'],
  ['1.5', '1.5'],
  ['1', '1'],
])('%s is passed on as %s, from JSON and from a Python literal, into both', (text, written) => {
  const fromJson = parseJson(`[${text}]`, { exactFloats: true })
  const fromPython = parsePythonLiteral(`[${text}]`, { exactFloats: true })

  expect(formatJson(fromJson)).toBe(`[${written}]`)
  expect(exactRepr(fromJson)).toBe(`[${written}]`)
  expect(fromPython).toEqual({ ok: true, value: fromJson })
})

it('is a plain number for those who count with it', () => {
  expect(parseJson('[1.0]')).toEqual([1])
  expect(parseJson('[1.0]', { exactFloats: true })).toEqual([new WholeFloat(1)])
})
