import { expect, test } from 'vitest'
import { Celery } from '../../lib/client/index.ts'
import { createLog } from '../../lib/runtime/log.ts'
import { createRuntime } from '../../lib/runtime/runtime.ts'
import { bootConf } from './boot-conf.ts'
import { createPool } from './create-pool.ts'
import { callWithin } from './interruptible.ts'
import { poolNameOf } from './pool-names.ts'

async function open(name: string, appPath: string | null = null) {
  const app = new Celery('proj')
  const lines: string[] = []
  const log = createLog(
    'warning',
    (line) => lines.push(line),
    () => 0,
  )
  const run = {
    hostname: 'w@test',
    runtime: createRuntime({ log }),
    signals: app.signals,
    sender: null,
    storeState: async () => {},
    sendEvent: () => {},
    sendRetry: async () => {},
  }
  const limits = { maxTasksPerChild: null, maxMemoryPerChildKb: null, aliveTimeoutMs: 1000, timeouts: [0, 0] as const }
  const pool = await createPool(name, { app, appPath, concurrency: 3, run, ...limits })
  return { pool, lines }
}

test("pools have Celery's names too; green threads are the event loop, and it says so", async () => {
  expect(['prefork', 'processes', 'threads', 'solo', 'async'].map(poolNameOf)).toEqual([
    ...['processes', 'processes', 'threads', 'solo', 'async'],
  ])
  const { pool, lines } = await open('gevent')
  expect([pool.name, pool.size]).toEqual(['async', 3])
  expect(lines.join()).toContain("The pool gevent is Python's")
  expect((await open('solo')).pool.size).toBe(1)
})

test('a name that is none, and children without a file, are refused with what to do', async () => {
  await expect(open('proceses')).rejects.toThrow(/worker_pool \(-P\): expected .*did you mean processes\?/)
  await expect(open('threads')).rejects.toThrow(/threads load the app in children: they need its file \(-A FILE/)
})

test('children are told plain settings; functions and patterns they find in the file', () => {
  const app = new Celery('proj', { task_routes: [() => null], task_time_limit: 5 })
  app.configure({ broker_url: 'redis://localhost/3' })

  expect(bootConf(app)).toEqual({ task_time_limit: 5, broker_url: 'redis://localhost/3' })
})

test('a function is interrupted, keeps its errors, and may contain another', () => {
  const late = () => new Error('late')
  const spin = () => {
    for (;;);
  }
  expect(callWithin(1000, () => callWithin(1000, () => 1, late) + 1, late)).toBe(2)
  expect(() => callWithin(20, spin, late)).toThrow('late')
  expect(() => callWithin(20, () => JSON.parse('{'), late)).toThrow(SyntaxError)
})
