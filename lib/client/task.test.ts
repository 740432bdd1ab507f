/** The types of a task: a directive that expects an error where there is none fails the type check. */
import { expect, test } from 'vitest'
import { Celery } from './celery.ts'

test('what a program may give, and what it gets back, is told by the type of the function', async () => {
  const app = new Celery('proj', { task_always_eager: true })
  const add = app.task('proj.add', { params: ['x', 'y'] }, (x: number, y = 1) => x + y)
  const join = app.task('proj.join', { bind: true }, async (_self, text: string, times: number) => text.repeat(times))
  // @ts-expect-error: x is a number
  const wrong = () => add.delay('2')
  // @ts-expect-error: it takes two
  const tooMany = () => add.delay(1, 2, 3)
  // @ts-expect-error: none of the parameters is a text
  const wrongLater = () => add.s('2')
  // @ts-expect-error: the first is the text
  const wrongPlace = () => join.si(2)
  // @ts-expect-error: there is no such option
  const wrongOption = () => add.applyAsync([1], {}, { que: 'high' })
  // @ts-expect-error: the sum is no text
  const wrongResult = async (): Promise<string> => (await add.s(2).delay()).get()
  const sum: number = await (await add.s(2, 3).applyAsync()).get()
  const text: string = await (await join.si('ab', 2).delay()).get()
  const after = join.s(2) // the text comes from the step before

  expect([sum, text, after.args]).toEqual([5, 'abab', [2]])
  expect([wrong, tooMany, wrongLater, wrongPlace, wrongOption, wrongResult]).toHaveLength(6)
})
