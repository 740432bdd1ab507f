import { expect, it } from 'vitest'
import { changeWords } from './change-words.ts'

it('says by a shape and a word which way, and by how much', () => {
  expect(changeWords(0.4)).toBe('▲ 40 % above yesterday')
  expect(changeWords(-0.25)).toBe('▼ 25 % below yesterday')
  expect(changeWords(-1)).toBe('▼ 100 % below yesterday')
  expect(changeWords(11)).toBe('▲ 12 times yesterday')
})
