/** Chords where the backend cannot count: celery.chord_unlock, sent and run by both sides (wire.md F4). */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Celery } from '../lib/client/celery.ts'
import { chain, chord, group, type Signature } from '../lib/client/index.ts'
import { type CeleryWorker, runPython, startCelery } from '../lib/testing/celery.ts'
import { type RedisServer, startRedis } from '../lib/testing/redis.ts'
import { startUmbelWorker, type UmbelWorker } from '../lib/testing/umbel-worker.ts'
import { createCanvasApp } from '../tests/compat/canvas_tasks.ts'

let redis: RedisServer
let folder: string
let backend: string
let worker: UmbelWorker
let python: CeleryWorker
let app: Celery

beforeAll(async () => {
  redis = await startRedis()
  folder = await mkdtemp(join(tmpdir(), 'umbel-chords-'))
  backend = `file://${folder}`
  const served = createCanvasApp({ result_chord_retry_interval: 0.1 })
  worker = await startUmbelWorker({ url: redis.url, backend, app: served, queues: ['ts'] })
  python = await startCelery({ broker: redis.url, backend, app: 'canvas_tasks', queues: ['py'] })
  app = createCanvasApp({ broker: redis.url, backend })
})

afterAll(async () => {
  await app.close()
  await worker.stop()
  await python.stop()
  await redis.stop()
  await rm(folder, { recursive: true })
})

const py = (name: string, ...args: unknown[]) => app.signature(`py.${name}`, { args })
const ts = (name: string, ...args: unknown[]) => app.signature(`ts.${name}`, { args })

// The task that polls goes where the body goes, so each side polls for its own.
test.each<[string, () => Signature, unknown]>([
  ['in TypeScript', () => chord([ts('add', 1, 1), py('add', 2, 2)], ts('tsum')), 6],
  ['in Python', () => chord([ts('add', 1, 1), py('add', 2, 2)], py('tsum')), 6],
  [
    'a group in the header',
    () => chord([ts('add', 0, 1), group(py('add', 0, 2), ts('add', 0, 3))], ts('ident')),
    [[1, 3, 2]],
  ],
  ['a step of a chain', () => chain(ts('add', 1, 1), group(py('add', 1), ts('add', 2)), ts('tsum'), py('add', 10)), 17],
])('%s', async (_, build, expected) => {
  const result = await build().applyAsync()

  expect(await result.get({ timeout: 40 })).toEqual(expected)
})

test('a header that fails fails the body', async () => {
  const result = await chord([ts('fail'), py('add', 1)], ts('tsum')).applyAsync()

  await expect(result.get({ timeout: 60, followParents: false })).rejects.toThrow(
    /^Dependency .* raised RangeError\('boom'\)$/,
  )
})

test('sent by Python', async () => {
  const printed = await runPython(
    `
from celery import chord
from canvas_tasks import app
add = [app.signature(name, (n, n)) for n, name in enumerate(("ts.add", "py.add"))]
print(chord(add, app.signature("ts.tsum")).apply_async().get(timeout=40))`,
    { broker: redis.url, backend },
  )

  expect(printed.trim()).toBe('2')
})
