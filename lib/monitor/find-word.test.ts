import fc from 'fast-check'
import { expect, it } from 'vitest'
import { wordFinder, wordFinders } from './find-word.ts'

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

it('finds of many words the first of each share', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '|', '\\', '\n', '^', 'ß', '\ud83d'), maxLength: 60 })
  const word = fc.string({
    unit: fc.constantFrom('a', 'b', '.', '|', '\\', '\n', '^', 'ß', '\ud83d'),
    minLength: 1,
    maxLength: 3,
  })
  const long = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 11, maxLength: 30 })
  fc.assert(
    fc.property(text, fc.array(fc.oneof(word, long), { maxLength: 8 }), fc.nat(60), (around, words, from) => {
      const whole = `${around}${words[0] ?? ''}${around}`
      const places = (finds: readonly number[]) =>
        Math.min(...finds.map((at) => (at < 0 ? Number.POSITIVE_INFINITY : at)))
      const wanted = places(words.map((one) => whole.indexOf(one, from)))
      expect(places(wordFinders(words).map((find) => find(whole, from)))).toBe(wanted)
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
