import { expect, test } from 'vitest'
import { refuseUnknownVariables } from './unknown-variables.ts'

test('a variable of ours that means nothing is refused with the nearest one', async () => {
  await expect(refuseUnknownVariables({ UMBEL_PROT: '1' })).rejects.toThrow(
    'unknown option environment UMBEL_PROT; did you mean UMBEL_PORT?',
  )
})

test.each([
  {},
  { PATH: '/bin', FLOWER_PROT: '1', CELERY_X: '1' },
  { UMBEL_PORT: '1', UMBEL_CONCURRENCY: '2', UMBEL_CACHE_DIR: '/tmp', UMBEL_TEST_ANYTHING: '1' },
])('%j is fine', async (environment) => {
  await expect(refuseUnknownVariables(environment)).resolves.toBeUndefined()
})
