import { describe, expect, it } from 'vitest'
import { nameOfPath } from './name-of-path.ts'

describe('nameOfPath', () => {
  it.each([
    ['celery%40w1', 'celery@w1'],
    ['celery@w1', 'celery@w1'],
    ['a%2Fb', 'a/b'],
    ['a%b', 'a%b'],
    ['100%', '100%'],
  ])('%s', (part, name) => {
    expect(nameOfPath(part)).toBe(name)
  })
})
