import { expect, it } from 'vitest'
import { matchesGlob } from './glob.ts'

it.each([
  ['*', '', true],
  ['a*', 'abc', true],
  ['a*c', 'abcb', false],
  ['*b*d*', 'abcde', true],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['[abc]x', 'bx', true],
  ['[!abc]x', 'bx', false],
  ['[a-c]x', 'cx', true],
  ['[]a]x', ']x', true],
  ['[!]a]x', 'bx', true],
  ['[a', '[a', true],
  ['[a-]', '-', true],
  ['a.c', 'abc', false],
  ['', '', true],
  ['', 'a', false],
  ['?', '😀', true],
])('%j on %j is %s', (pattern, text, expected) => expect(matchesGlob(pattern, text)).toBe(expected))

it('takes no longer for a hostile pattern', () => {
  const before = performance.now()
  expect(matchesGlob(`${'*a'.repeat(400)}b`, 'a'.repeat(255))).toBe(false)
  expect(performance.now() - before).toBeLessThan(3_000)
})
