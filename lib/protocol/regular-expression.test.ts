import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchesAtStart } from './regular-expression.ts'

describe('matchesAtStart', () => {
  it.each([
    ['w', 'w1@box'],
    ['w1@box$', 'w1@box'],
    ['^w\\d+@(box|host)$', 'w12@host'],
    ['.*@box', 'w1@box'],
    ['w[1-3]@', 'w2@x'],
    ['w[^1-3]@', 'w4@x'],
    ['(?:a|b){2,3}$', 'abb'],
    ['a{2}$', 'aa'],
    ['a{2,}$', 'aaaa'],
    ['a??b', 'ab'],
    ['(a*)*b', 'aaab'],
    ['\\w+\\.\\w+', 'node.example'],
    ['[]x]', ']'],
    ['[\\d.-]+$', '1.2-3'],
    ['', 'anything'],
    ['a|', 'b'],
  ])('%j matches %j', (pattern, text) => expect(matchesAtStart(pattern, text)).toBe(true))

  it.each([
    ['box', 'w1@box'],
    ['w$', 'w1'],
    ['a{3}', 'aa'],
    ['a{2,3}$', 'aaaa'],
    ['(a', 'a'],
    ['a)', 'a'],
    ['[a', 'a'],
    ['*', '*'],
    ['a**', 'a'],
    ['(?=a)', 'a'],
    ['(a)\\1', 'aa'],
    ['\\', '\\'],
    ['a{1000}', 'a'],
    ['((a{50}){50}){50}', 'a'],
    ['('.repeat(300), 'a'],
    ['a'.repeat(2000), 'a'.repeat(2000)],
  ])('%j does not match %j', (pattern, text) => expect(matchesAtStart(pattern, text)).toBe(false))

  it('agrees with JavaScript where both have it', () => {
    const piece = fc.constantFrom(
      'a',
      'b',
      '.',
      '[ab]',
      '[^a]',
      '(a|b)',
      'a*',
      'b+',
      'a?',
      '(ab)*',
      '\\w',
      '$',
      'a{1,2}',
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 6 }),
        fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 }),
        (pieces, text) => {
          const pattern = pieces.join('')
          expect(matchesAtStart(pattern, text)).toBe(new RegExp(`^(?:${pattern})`).test(text))
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('takes no longer for a hostile pattern, and never throws', () => {
    const before = performance.now()
    expect(matchesAtStart('(a+)+$', `${'a'.repeat(250)}b`)).toBe(false)
    expect(matchesAtStart('(.*)*(.*)*(.*)*x', 'a'.repeat(255))).toBe(false)
    expect(performance.now() - before).toBeLessThan(5_000)
    const piece = fc.constantFrom(
      '(',
      ')',
      '[',
      ']',
      '*',
      '+',
      '?',
      '{',
      '}',
      '1',
      ',',
      '|',
      '\\',
      '^',
      '$',
      'a',
      '-',
      '(?:',
    )
    fc.assert(
      fc.property(fc.array(piece), fc.string(), (pieces, text) => void matchesAtStart(pieces.join(''), text)),
      { numRuns: 3000 },
    )
  })
})
