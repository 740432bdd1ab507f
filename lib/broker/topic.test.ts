import { expect, test } from 'vitest'
import { topicMatches } from './topic.ts'

test.each([
  ['a.b', 'a.b', true],
  ['a.b', 'a.b.c', false],
  ['a.*', 'a.b', true],
  ['a.*', 'a.b.c', false],
  ['a.*', 'a', false],
  ['#', 'a.b.c', true],
  ['#', '', true],
  ['a.#', 'a', true],
  ['a.#', 'a.b.c', true],
  ['a.#.d', 'a.b.c.d', true],
  ['a.#.d', 'a.d', true],
  ['#.#.#.x', 'a.b', false],
  ['', '', true],
  ['', 'a', false],
])('%s takes %s: %s', (binding, key, taken) => {
  expect(topicMatches(binding, key)).toBe(taken)
})

test('a hostile binding takes no longer than its length', () => {
  const startMs = performance.now()

  expect(topicMatches('#.'.repeat(500), `${'a.'.repeat(500)}b`)).toBe(false)

  expect(performance.now() - startMs).toBeLessThan(10_000)
})
