import fc from 'fast-check'
import { expect, it } from 'vitest'
import { wordFinder } from './find-word.ts'

it('finds what indexOf finds', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 60 })
  const word = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(text, word, fc.nat(30), (before, one, from) => {
      const whole = before + one + before
      expect(wordFinder(one)(whole, from)).toBe(whole.indexOf(one, from))
    }),
    { numRuns: 2_000 },
  )
})

it.each([
  ['a'.repeat(2_000_000), `${'a'.repeat(500)}b${'a'.repeat(500)}`],
  ['ab'.repeat(1_000_000), `${'ab'.repeat(250)}c${'ab'.repeat(250)}`],
  ['a'.repeat(2_000_000), `${'a'.repeat(10)}b${'a'.repeat(10)}`],
])('takes no longer for a word made for it', (text, word) => {
  const find = wordFinder(word)
  const beganMs = performance.now()
  expect(find(text, 0)).toBe(-1)
  expect(performance.now() - beganMs).toBeLessThan(5_000)
})
