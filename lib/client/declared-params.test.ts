import { expect, test } from 'vitest'
import { z } from 'zod'
import { declaredParams } from './declared-params.ts'
import { bindParams } from './params.ts'
import type { TaskOptions } from './task-options.ts'

const declared = (options: TaskOptions, handler: (...args: never[]) => unknown) => {
  const params = declaredParams('proj.f', options, handler.length)
  if (params === null) throw new Error('no parameters')
  return (args: unknown[], kwargs: Record<string, unknown> = {}) => bindParams(params, args, kwargs)
}

test('*rest at the end is spread, as a rest parameter takes it', () => {
  const bind = declared({ params: ['x', '*rest'] }, (_x: number, ..._rest: number[]) => {})

  expect(bind([1])).toEqual([1])
  expect(bind([1, 2, 3])).toEqual([1, 2, 3])
})

test('before others *rest is an array, and **options an object', () => {
  const bind = declared({ params: ['x', '*rest', 'k', '**options'] }, (_x, _rest, _k, _options) => {})

  expect(bind([1, 2, 3], { k: 4, z: 5 })).toEqual([1, [2, 3], 4, { z: 5 }])
  expect(bind([], { x: 1, k: 2 })).toEqual([1, [], 2, {}])
  expect(() => bind([1])).toThrow("f() missing 1 required keyword-only argument: 'k'")
})

test('a key that means something to JavaScript is data', () => {
  const bind = declared({ params: ['**options'] }, (_options) => {})

  const [options] = bind([], JSON.parse('{"__proto__": {"x": 1}}'))

  expect(Object.keys(Object(options))).toEqual(['__proto__'])
  expect(Object.getPrototypeOf(options)).toBe(Object.prototype)
})

test('the argument of a bound task that stands for itself does not count', () => {
  const bind = declared({ bind: true, params: ['x', 'y'], defaults: { y: 2 } }, (_self, _x, _y) => {})

  expect(bind([1])).toEqual([1, 2])
  expect(() => bind([])).toThrow("f() missing 1 required positional argument: 'x'")
})

test('a zod object names the parameters, fills in its defaults and checks', () => {
  const params = z.object({ x: z.number(), y: z.coerce.number().default(7), note: z.string().optional() })
  const bind = declared({ params }, () => {})

  expect(bind([1])).toEqual([1, 7, undefined])
  expect(bind([], { x: 1, y: '3', note: 'n' })).toEqual([1, 3, 'n'])
  expect(() => bind([])).toThrow(new TypeError("f() missing 1 required positional argument: 'x'"))
  expect(() => bind(['one'])).toThrow(TypeError)
  expect(() => bind(['one'])).toThrow("f() argument 'x': Invalid input: expected number, received string")
})

test('a zod tuple checks by place, beside names or alone', () => {
  const schema = z.tuple([z.number(), z.object({ to: z.string() })])
  const named = declared({ params: ['x', 'mail'], schema }, (_x, _mail) => {})
  const alone = declared({ params: schema }, () => {})

  expect(named([], { mail: { to: 'a' }, x: 1 })).toEqual([1, { to: 'a' }])
  expect(() => named([1, { to: 2 }])).toThrow("f() argument 'mail.to': Invalid input: expected string, received number")
  expect(() => alone([1])).toThrow("f() missing 1 required positional argument: 'arg1'")
})

test.each<[readonly string[], string]>([
  [['x', 'x'], 'each name once'],
  [['*a', '*b'], 'only one parameter with *'],
  [['**o', 'x'], 'nothing behind **o'],
  [['no name'], 'a name, *name'],
])('params %j are refused: %s', (params, text) => {
  expect(() => declaredParams('proj.f', { params }, 0)).toThrow(text)
})
