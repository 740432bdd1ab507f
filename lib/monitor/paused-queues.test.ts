import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createRuntime } from '../runtime/runtime.ts'
import { createPausedQueues } from './paused-queues.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'umbel-paused-'))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

const { log } = createRuntime()
const PAUSED = { who: 'anna', sinceMs: 5, workers: ['w1'], silent: [] }

it('are known again after a restart, until they go on', async () => {
  const before = createPausedQueues({ dataDir, log })
  await before.set('high', PAUSED)
  await before.set('low', PAUSED)
  await before.end('low')
  const after = createPausedQueues({ dataDir, log })
  await after.load()

  expect([after.of('high'), after.of('low')]).toEqual([PAUSED, null])
})

it('that cannot be read are none, and their file stays until the next pause', async () => {
  const path = join(dataDir, 'paused-queues.json')
  await writeFile(path, '{"high": {"who": 3')
  const paused = createPausedQueues({ dataDir, log: { ...log, error: () => {} } })
  await paused.load()

  expect(paused.of('high')).toBeNull()
  expect(await readFile(path, 'utf8')).toContain('"who": 3')
})
