import { expect, test } from 'vitest'
import { createRouter, faultOfRoutes, type TaskRoutes } from './routing.ts'

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
  ['one pair', ['a.*', 'q'], 'a.b', 'q'],
  ['pairs one level deeper, as Celery wants them', [[['a.*', 'q']]], 'a.b', 'q'],
  ['a map with a regular expression', new Map<string | RegExp, string>([[/a\./, 'q']]), 'a.b', 'q'],
  ['only * makes a pattern', { 'a.?': 'q' }, 'a.b', null],
  ['beside * the rest of fnmatch counts', { '?.[bc]*': 'q' }, 'a.cd', 'q'],
  ['an old router object', { route_for_task: (name) => ({ queue: `of-${name}` }) }, 'x', 'of-x'],
  ['the same in camelCase, in a list', [{ 'a.*': 'q' }, { routeForTask: () => 'rest' }], 'b', 'rest'],
  ['a function that knows nothing', [() => null, { 'x.*': 'rest' }], 'x.y', 'rest'],
])('%s', (_, routes, name, queue) => {
  expect(queueOf(routes, name)).toBe(queue)
})

test('options of a route may have Celery names', () => {
  const route = createRouter({ a: { exchange: 'e', routing_key: 'k', time_limit: 3 } })

  expect(route({ name: 'a', args: [], kwargs: {}, options: {} })).toEqual({
    exchange: 'e',
    routingKey: 'k',
    timeLimit: 3,
  })
})

test('a function gets the call and the task', () => {
  const seen: unknown[] = []
  const route = createRouter((...all) => {
    seen.push(...all)
    return null
  })

  route({ name: 'a', args: [1], kwargs: { b: 2 }, options: { priority: 3 }, task: 'the task' })

  expect(seen).toEqual(['a', [1], { b: 2 }, { priority: 3 }, 'the task'])
})

test.each<[string, unknown, string | null]>([
  ['all right', [{ a: 'q' }, () => null, [['b', { queue: 'q' }]]], null],
  [
    'a dotted path, which only Python can load',
    'proj.routers.Router',
    'a function or an object with routeForTask as router',
  ],
  ['a route that is no route', { 'a.*': 5 }, 'a queue name or an object of options for a.*'],
  ['a pattern that is none', [[[5, 'q']]], 'as router'],
])('faults: %s', (_, routes, fault) => {
  if (fault === null) expect(faultOfRoutes(routes)).toBeNull()
  else expect(faultOfRoutes(routes)).toContain(fault)
})
