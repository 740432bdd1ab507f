import { expect, it } from 'vitest'
import { hasRegistered, toldRateLimit } from './registered.ts'

const told = (...lines: unknown[]) => ({ registered: { atMs: 0, value: lines } })

it('finds a task by its whole name, with or without facts behind it', () => {
  const answers = told('proj.add', 'proj.limited [exchange=x rate_limit=10/m]', 7)
  expect(hasRegistered(answers, 'proj.add')).toBe(true)
  expect(hasRegistered(answers, 'proj.limited')).toBe(true)
  expect(hasRegistered(answers, 'proj.lim')).toBe(false)
  expect(toldRateLimit(answers, 'proj.limited')).toBe('10/m')
  expect(toldRateLimit(answers, 'proj.add')).toBeNull()
})

it('knows nothing of a worker that told of no tasks', () => {
  expect(hasRegistered({}, 'proj.add')).toBeNull()
  expect(hasRegistered(told(), 'proj.add')).toBeNull()
  expect(toldRateLimit({}, 'proj.add')).toBeNull()
})
