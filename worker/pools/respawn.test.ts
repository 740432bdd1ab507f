import { expect, test } from 'vitest'
import { createRuntime } from '../../lib/runtime/runtime.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'
import { createRespawn } from './respawn.ts'

function pool() {
  const told: string[] = []
  let tries = 0
  const log = { debug() {}, info() {}, warning() {}, error: (line: string) => void told.push(line) }
  const respawn = createRespawn(createRuntime({ log }), () => tries++)
  return { respawn, told, tries: () => tries }
}

test('a child that a signal for the whole group ended is no news when ours ends with it', async () => {
  const { respawn, told, tries } = pool()

  respawn.failed('Worker exited prematurely: signal 15 (SIGTERM).', true)
  expect(respawn.may()).toBe(false)
  respawn.stop()
  await new Promise((resolve) => setImmediate(resolve))

  expect([told, tries()]).toEqual([[], 0])
})

test('where ours goes on it is told, and tried again', async () => {
  const { respawn, told, tries } = pool()

  respawn.failed('Worker exited prematurely: signal 15 (SIGTERM).', true)
  expect(told).toEqual([])
  await waitFor(() => tries() === 1)

  expect(told).toEqual([
    'A child of the pool could not start: Worker exited prematurely: signal 15 (SIGTERM). Next try now.',
  ])
  expect(respawn.may()).toBe(true)
})
