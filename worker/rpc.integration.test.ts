/** Results as messages (rpc://) between TypeScript and Python, over Redis as the broker (wire.md E5). */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chain, chord, group } from '../lib/client/canvas/canvas.ts'
import { Celery } from '../lib/client/celery.ts'
import { GroupResult } from '../lib/client/group-result.ts'
import { createRuntime } from '../lib/runtime/runtime.ts'
import { type CeleryWorker, runPython, startCelery } from '../lib/testing/celery.ts'
import { type RedisServer, startRedis } from '../lib/testing/redis.ts'
import { createProj } from '../tests/compat/proj.ts'
import { startWorker, type Worker } from './worker.ts'

let redis: RedisServer
let python: CeleryWorker
let worker: Worker
let client: Celery
let served: Celery

beforeAll(async () => {
  redis = await startRedis()
  served = createProj({ broker: redis.url, backend: 'rpc://' })
  const links = await served.links()
  await links.broker.open()
  worker = await startWorker({ app: served, ...links, runtime: createRuntime(), queues: ['ts'], hostname: 'ts@test' })
  python = await startCelery({ broker: redis.url, backend: 'rpc://' })
  client = new Celery('client', { broker: redis.url, backend: 'rpc://' })
})
afterAll(async () => {
  await worker?.stop('cold')
  await served?.close()
  await client?.close()
  await python?.stop()
  await redis?.stop()
})

test.each(['celery', 'ts'])('a TypeScript client hears from the workers of queue %s', async (queue) => {
  const sum = await client.sendTask('proj.add', [2], { y: 40 }, { queue })
  const failed = await client.sendTask('proj.fail', ['boom'], {}, { queue })
  expect(await sum.get({ timeout: 40 })).toBe(42)
  await expect(failed.get({ timeout: 40 })).rejects.toMatchObject({ name: 'ValueError', args: ['boom'] })
  const many = await Promise.all([1, 2, 3].map((n) => client.sendTask('proj.add', [n], {}, { queue })))
  expect(await new GroupResult('g', many, client).get({ timeout: 40 })).toEqual([2, 3, 4])
})

test.each(['celery', 'ts'])('a canvas answers to its client from queue %s; a chord cannot', async (queue) => {
  const add = (...args: unknown[]) => client.signature('proj.add', { args, options: { queue } })
  const steps = chain(add(1, 1), add(2))
  const frozen = add(5, 5)
  frozen.freeze()
  expect(await (await steps.applyAsync()).get({ timeout: 40 })).toBe(4)
  expect(await (await frozen.applyAsync()).get({ timeout: 40 })).toBe(10)
  expect(await (await group(add(1, 1), add(2, 2)).applyAsync()).get({ timeout: 40 })).toEqual([2, 4])
  await expect(chord([add(1, 1), add(2, 2)], add(1)).applyAsync()).rejects.toMatchObject({ code: 'option/invalid' })
})

test('a Python client hears from a TypeScript worker', async () => {
  const program = `
from proj import app
print(app.send_task('proj.add', [1, 2], queue='ts').get(timeout=40))
print(repr(app.send_task('proj.fail', ['boom'], queue='ts').get(timeout=20, propagate=False)))`
  const printed = await runPython(program, { broker: redis.url, backend: 'rpc://' })
  expect(printed.split('\n').slice(0, 2)).toEqual(['3', "ValueError('boom')"])
})

test('nothing is stored', async () => {
  expect(await redis.connect().keys('celery-task-meta-*')).toEqual([])
})
