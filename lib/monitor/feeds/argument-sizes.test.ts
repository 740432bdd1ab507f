import { expect, it } from 'vitest'
import { createArgumentSizes } from './argument-sizes.ts'

it('tells the size of the arguments of most tasks, to a tenth, and nothing where no event told any', () => {
  const sizes = createArgumentSizes()
  sizes.add({ args: null, kwargs: null })
  expect(sizes.view()).toBeNull()
  for (let i = 0; i < 99; i++) sizes.add({ args: `('${'x'.repeat(95)}',)`, kwargs: '{}' })
  sizes.add({ args: `('${'x'.repeat(900)}...',)`, kwargs: '{}' })

  const view = sizes.view()
  expect(view).toMatchObject({ atLeast: false, known: 100 })
  expect(Math.abs((view?.p95Bytes ?? 0) - 100)).toBeLessThanOrEqual(10)
})

it('says that it may be more where many were cut', () => {
  const sizes = createArgumentSizes()
  for (let i = 0; i < 9; i++) sizes.add({ args: '()', kwargs: '{}' })
  sizes.add({ args: `('${'x'.repeat(1_000)}...', ...)`, kwargs: '{}' })
  expect(sizes.view()?.atLeast).toBe(true)
})
