import { expect, it } from 'vitest'
import { endingOf } from './order-all.ts'

const ok = (worker: string) => ({ worker, ok: 'done', error: null })
const no = (worker: string) => ({ worker, ok: null, error: 'unknown task' })

it('says that all did it, and who they are', () => {
  expect(endingOf(['w1', 'w2'], [ok('w2'), ok('w1')])).toEqual({
    state: 'confirmed',
    text: 'All 2 workers did it: w1, w2.',
  })
  expect(endingOf(['w1'], [ok('w1')]).text).toBe('The one worker did it: w1.')
})

it('names who refused and who did not answer', () => {
  expect(endingOf(['w1', 'w2', 'w3'], [ok('w1'), no('w3')])).toEqual({
    state: 'confirmed',
    text: '1 of 3 workers did it. w3 refused: unknown task. w2 did not answer in 10 s.',
  })
  expect(endingOf(['w1', 'w2'], [no('w1'), no('w2')])).toMatchObject({ state: 'failed' })
})

it('is no answer when nobody spoke', () => {
  expect(endingOf(['w1', 'w2'], [])).toEqual({ state: 'no-answer', text: 'No answer from 2 workers in 10 s.' })
})
