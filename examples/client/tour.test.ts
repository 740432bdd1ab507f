import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { startTestWorker } from '../../worker/testing.ts'
import { app, asking, canvas, controlling, failing, sending, typed } from './tour.ts'

const linesOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

test('every snippet of docs/client.md is in the tour', () => {
  const tour = linesOf(readFileSync(new URL('./tour.ts', import.meta.url), 'utf8')).join('\n')
  const guide = readFileSync(new URL('../../docs/client.md', import.meta.url), 'utf8')
  const snippets = [...guide.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => linesOf(code).join('\n'))

  expect(snippets.length).toBeGreaterThan(5)
  for (const snippet of snippets) expect(tour).toContain(snippet)
})

test('the tour gives what it says', async () => {
  app.task('math.sum', { params: ['numbers'] }, (numbers: number[]) => numbers.reduce((one, other) => one + other, 0))
  app.task('math.divide', { params: ['x', 'y'] }, (_x: number, _y: number) => {
    throw Object.assign(new Error('division by zero'), { name: 'ZeroDivisionError' })
  })
  await using _worker = await startTestWorker(app)

  expect(await sending()).toEqual([5, 5])
  expect(await typed()).toEqual([5, 5])
  expect(await failing()).toBe('ZeroDivisionError: division by zero')
  expect(await canvas()).toEqual([7, [2, 4], 6, 7])
  expect(await asking('nobody')).toEqual(['PENDING', false, null])
  expect(await controlling('nobody')).toEqual({ [_worker.hostname]: [] })
})
