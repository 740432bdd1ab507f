import { describe, expect, test } from 'vitest'
import { createRouter, globToRegExp, type TaskRoutes } from './routing.ts'

const queueOf = (routes: TaskRoutes | null, name: string) =>
  createRouter(routes)({ name, args: [1], kwargs: {}, options: {} })?.queue ?? null

test.each<[string, TaskRoutes | null, string, string | null]>([
  ['none', null, 'a.b', null],
  ['an exact name', { 'a.b': 'q' }, 'a.b', 'q'],
  ['an exact name before a glob', { 'a.*': 'glob', 'a.b': 'exact' }, 'a.b', 'exact'],
  ['a glob over dots', { 'feed.*': 'feeds' }, 'feed.tasks.import', 'feeds'],
  ['a glob is anchored', { 'feed.*': 'feeds' }, 'newsfeed.x', null],
  ['options', { 'a.b': { queue: 'q', priority: 5 } }, 'a.b', 'q'],
  [
    'a list of pairs, first match wins',
    [
      ['a.*', 'first'],
      ['a.b', 'second'],
    ],
    'a.b',
    'first',
  ],
  ['a regular expression, from the start', [[/(video|image)\./, 'media']], 'image.resize', 'media'],
  ['a regular expression elsewhere', [[/image\./, 'media']], 'big.image.x', null],
  ['a function', (name) => (name.endsWith('.slow') ? 'slow' : null), 'x.slow', 'slow'],
  ['a function that knows nothing', [() => null, { 'x.*': 'rest' }], 'x.y', 'rest'],
])('%s', (_, routes, name, queue) => {
  expect(queueOf(routes, name)).toBe(queue)
})

describe('globs', () => {
  test.each([
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['a[bc]d', 'acd', true],
    ['a[!bc]d', 'acd', false],
    ['a.c', 'abc', false],
    ['*', '', true],
    ['A*', 'abc', false],
  ])('%s and %s: %s', (glob, name, matches) => {
    expect(globToRegExp(glob).test(name)).toBe(matches)
  })
})
