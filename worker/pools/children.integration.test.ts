/** A worker whose tasks run in child processes: what clients and other workers see of it (worker-beat.md 1.10, 2.4). */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Broker } from '../../lib/broker/broker.ts'
import { openBroker } from '../../lib/broker/open-broker.ts'
import type { Celery } from '../../lib/client/celery.ts'
import { loadApp } from '../../lib/client/load-app.ts'
import { openResults } from '../../lib/results/open-results.ts'
import type { ResultStore, TaskMeta } from '../../lib/results/results.ts'
import { createRuntime } from '../../lib/runtime/runtime.ts'
import { openBench } from '../../lib/testing/pool-bench.ts'
import { type RedisServer, startRedis } from '../../lib/testing/redis.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'
import { startWorker, type Worker } from '../worker.ts'
import type { WorkerOptions } from '../worker-options.ts'

const appPath = fileURLToPath(new URL('../../tests/compat/pool-tasks.ts', import.meta.url))

let redis: RedisServer
let broker: Broker
let results: ResultStore
let app: Celery
const runtime = createRuntime()
const events: Record<string, unknown>[] = []

beforeAll(async () => {
  redis = await startRedis()
  broker = openBroker(redis.url, { runtime })
  results = openResults(redis.url, { runtime })
  await broker.open()
  await results.open()
  app = await loadApp(appPath)
  app.configure({
    broker_url: redis.url,
    result_backend: redis.url,
    result_extended: true,
    task_track_started: true,
    worker_send_task_events: true,
  })
  app.attach({ broker, results, runtime })
  await broker.fanout.subscribe('celeryev', '#', ({ raw }) => {
    const body: unknown = JSON.parse(Buffer.from(JSON.parse(raw).body, 'base64').toString())
    events.push(...(Array.isArray(body) ? body : [body]))
  })
})

afterAll(async () => {
  await results.close()
  await broker.close()
  await redis.stop()
})

let worker: Worker | null = null
async function start(options: Partial<WorkerOptions> = {}): Promise<Worker> {
  const still = { withoutMingle: true, withoutGossip: true, hostname: 'children@test' }
  worker = await startWorker({
    app,
    appPath,
    broker,
    results,
    runtime,
    pool: 'prefork',
    concurrency: 1,
    ...still,
    ...options,
  })
  return worker
}
afterEach(async () => {
  await worker?.stop('cold')
  worker = null
  events.length = 0
})

async function ended(id: string): Promise<TaskMeta> {
  return waitFor(async () => {
    const meta = await results.get(id)
    return meta !== null && ['SUCCESS', 'FAILURE', 'REVOKED'].includes(meta.status) ? meta : null
  })
}
const send = async (name: string, args: readonly unknown[] = [], options = {}) =>
  (await app.sendTask(name, args, {}, options)).id
const pidOf = async (id: string) => {
  const meta = await waitFor(async () => {
    const found = await results.get(id)
    return found?.status === 'STARTED' ? found : null
  })
  return (meta.result as { pid: number }).pid
}
const seen = (type: string, id: string) =>
  waitFor(() => events.find((event) => event['type'] === type && event['uuid'] === id))

describe('one child', () => {
  beforeEach(() => start())

  test('STARTED names the process that has the task, and what a body sends are its children', async () => {
    const slow = await send('pool.wait', [2])
    const pid = await pidOf(slow)
    expect(pid).not.toBe(process.pid)
    expect((await ended(slow)).result).toBe('waited')

    const parent = await ended(await send('pool.sends'))
    const child = await ended(String(parent.result))
    expect(parent.children).toEqual([[[child.task_id, null], null]])
    expect(child).toMatchObject({ result: 2, parent_id: parent.task_id })
  })

  test('a child that is killed: the task fails as lost, the next one finds another child', async () => {
    const id = await send('pool.kill', ['SIGKILL'])

    const meta = await ended(id)
    expect(meta.result).toMatchObject({ exc_type: 'WorkerLostError', exc_module: 'billiard.exceptions' })
    expect(meta.result).toMatchObject({
      exc_message: [expect.stringMatching(/^Worker exited prematurely: signal 9 \(SIGKILL\) Job: \d+\.$/)],
    })
    expect(await seen('task-failed', id)).toMatchObject({ exception: expect.stringContaining('WorkerLostError(') })
    expect((await ended(await send('pool.add', [1]))).result).toBe(2)
  })

  test('reject_on_worker_lost gives the message back, retry_on_worker_lost counts a try', async () => {
    expect((await ended(await send('pool.dies_once'))).result).toBe('second time')

    const retried = await send('pool.dies_first')
    expect(await ended(retried)).toMatchObject({ status: 'SUCCESS', result: 1 })
    expect(await seen('task-retried', retried)).toMatchObject({
      exception: expect.stringContaining('WorkerLostError('),
    })
  })

  test('handlers run in the child, when the result is stored; after a hard limit in the worker', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'umbel-hooks-'))
    const [stored, limited] = [join(dir, 'stored'), join(dir, 'limited')]
    await ended(await send('pool.looks', [stored]))
    // Time enough to write what comes before.
    await ended(await send('pool.hooked', [limited, 'hang'], { timeLimit: 1.5 }))

    const lines = async (file: string) => (await readFile(file, 'utf8')).trim().split('\n')
    await waitFor(async () => (await lines(limited)).length === 4)
    expect(await lines(stored)).toEqual(['on_success sees SUCCESS', 'after_return'])
    expect(await lines(limited)).toEqual([
      'before_start',
      'body',
      'on_failure TimeLimitExceeded: 1.5',
      'after_return FAILURE',
    ])
    await rm(dir, { recursive: true })
  })

  test('the hard time limit', async () => {
    const id = await send('pool.spin', [20], { timeLimit: 0.2 })

    const meta = await ended(id)
    expect(meta).toMatchObject({ status: 'FAILURE', result: { exc_type: 'TimeLimitExceeded', exc_message: [0.2] } })
  })

  test('revoke with terminate ends the process, and says by which signal', async () => {
    const id = await send('pool.spin', [20])
    const pid = await pidOf(id)

    await app.control.revoke(id, { terminate: true, signal: 'SIGKILL' })

    expect(await ended(id)).toMatchObject({ status: 'REVOKED', result: { exc_message: ['terminated'] } })
    expect(await seen('task-revoked', id)).toMatchObject({ terminated: true, signum: 9, expired: false })
    await waitFor(() => !isAlive(pid))
    expect((await ended(await send('pool.add', [1]))).result).toBe(2)
  })

  test('a warm stop lets the task end and leaves no process', async () => {
    const id = await send('pool.wait', [2])
    const pid = await pidOf(id)

    await worker?.stop('warm')

    expect(await results.get(id)).toMatchObject({ status: 'SUCCESS' })
    expect(isAlive(pid)).toBe(false)
  })
})

describe('children are replaced', () => {
  const pids = async (count: number) => {
    const found: unknown[] = []
    for (let n = 0; n < count; n++) found.push((await ended(await send('pool.hog', [24]))).result)
    return new Set(found).size
  }

  test('after max_tasks_per_child tasks', async () => {
    await start({ maxTasksPerChild: 2 })
    expect(await pids(5)).toBe(3)
  })

  test('when they hold more memory than max_memory_per_child', async () => {
    await start({ maxMemoryPerChildKb: 60_000 })
    expect(await pids(2)).toBe(2)
  })
})

test('autoscale grows with the work and shrinks when it is quiet', async () => {
  process.env['AUTOSCALE_KEEPALIVE'] = '1'
  await start({ autoscale: { max: 3, min: 1 } })
  delete process.env['AUTOSCALE_KEEPALIVE']
  const size = async () => {
    const inspect = app.control.inspect({ destination: ['children@test'], timeout: 10 })
    const [stats] = Object.values((await inspect.stats()) ?? {})
    return (stats as { autoscaler: { current: number } } | undefined)?.autoscaler.current
  }

  const ids = await Promise.all([1, 2, 3, 4].map(() => send('pool.wait', [2.5])))
  await waitFor(async () => (await size()) === 3)
  const all = await Promise.all(ids.map(ended))

  expect(all.every(({ status }) => status === 'SUCCESS')).toBe(true)
  await waitFor(async () => (await size()) === 1)
})

test('a child that cannot start is tried again ever more slowly, and the log says why', async () => {
  const broken = fileURLToPath(new URL('../../tests/compat/broken-tasks.ts', import.meta.url))
  const bench = await openBench('processes', { appPath: broken, concurrency: 2 })

  await waitFor(() => bench.told.length >= 2)
  await bench.pool.stop()

  expect(bench.told[0]).toMatch(
    /A child of the pool could not start: cannot load app .*broken on purpose.* Next try in 0\.\d s/,
  )
  expect(bench.told[1]).toMatch(/Next try in (0\.9|1\.\d) s/)
})

test('POL-7: children do not outlive a parent that is killed, not even those that compute', async () => {
  const script = fileURLToPath(new URL('../../tests/compat/pool-parent.ts', import.meta.url))
  const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(parent.stdout.setEncoding('utf8'), 'data')
  const children: number[] = JSON.parse(String(line))
  expect(children.map(isAlive)).toEqual([true, true])

  parent.kill('SIGKILL')

  await waitFor(() => !children.some(isAlive))
})

/** Not gone, and not merely waiting for init to notice that it is. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
