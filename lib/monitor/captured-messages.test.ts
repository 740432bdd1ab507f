import { expect, test } from 'vitest'
import { createCapturedMessages } from './captured-messages.ts'

test('what was seen is kept, the newest text of a task, until newer ones need its room', () => {
  const captured = createCapturedMessages({ maxCharacters: 20, maxEach: 10 })
  captured.add('a', '12345678')
  captured.add('a', '1234')
  captured.add('b', '12345678')
  captured.add('c', '12345678')
  expect(['a', 'b', 'c'].map(captured.get)).toEqual(['1234', '12345678', '12345678'])

  captured.add('d', '1')

  expect(['a', 'b', 'c', 'd'].map(captured.get)).toEqual([null, '12345678', '12345678', '1'])
})

test('one that is too large is left out, and takes an older one of the same task with it', () => {
  const captured = createCapturedMessages({ maxCharacters: 20, maxEach: 10 })
  captured.add('a', '1')
  captured.add('a', 'x'.repeat(11))

  expect(captured.get('a')).toBeNull()
})
