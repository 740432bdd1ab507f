import { expect, it } from 'vitest'
import * as z from './shape.ts'

const shape = z.object({
  seconds: z.number('a number').min(1, 'at least 1').default(5),
  steps: z.array(z.int().min(0)).min(1, 'not empty').default([0]),
  name: z.string('a text').nullish(),
  mode: z.enum(['a', 'b'], 'a or b').default('a'),
  table: z.record(z.string(), z.union([z.literal('x'), z.boolean()])).optional(),
})

it('gives the defaults, and leaves out what nobody asked for', () => {
  expect(shape.safeParse({ other: 1 })).toEqual({ success: true, data: { seconds: 5, steps: [0], mode: 'a' } })
  expect(shape.safeParse({ name: null, table: { k: true } })).toMatchObject({
    data: { name: null, table: { k: true } },
  })
  expect(z.looseObject({ name: z.string() }).safeParse({ name: 'q', more: 1 })).toEqual({
    success: true,
    data: { name: 'q', more: 1 },
  })
})

it.each([
  [{ seconds: '1' }, ['seconds'], 'a number'],
  [{ seconds: 0 }, ['seconds'], 'at least 1'],
  [{ seconds: Number.NaN }, ['seconds'], 'a number'],
  [{ steps: [] }, ['steps'], 'not empty'],
  [{ steps: [0, 1.5] }, ['steps', 1], 'Invalid input'],
  [{ mode: 'c' }, ['mode'], 'a or b'],
  [{ table: { k: 'y' } }, ['table', 'k'], 'Invalid input'],
  [[], [], 'Invalid input'],
])('%j is refused where it is wrong', (value, path, message) => {
  expect(shape.safeParse(value)).toMatchObject({ success: false, error: { issues: [{ path, message }] } })
})

it('lets a check say by itself what is wrong', () => {
  const even = z.int().refine((value) => value % 2 === 0, 'an even number')
  expect(even.safeParse(2)).toEqual({ success: true, data: 2 })
  expect(even.safeParse(3)).toMatchObject({ error: { issues: [{ code: 'custom', message: 'an even number' }] } })
})
