import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Broker } from '../../lib/broker/broker.ts'
import { openBroker } from '../../lib/broker/open-broker.ts'
import { decodeEvents } from '../../lib/protocol/events.ts'
import { openResults } from '../../lib/results/open-results.ts'
import type { ResultStore } from '../../lib/results/results.ts'
import { createRuntime } from '../../lib/runtime/runtime.ts'
import { type RedisServer, startRedis } from '../../lib/testing/redis.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'
import { startDemoCluster } from './cluster.ts'
import { uploadPicture, weeklyReport } from './producer.ts'
import { app } from './tasks.ts'

let redis: RedisServer | null = null
let broker: Broker
let results: ResultStore

beforeEach(({ task }) => {
  redis = null
  return task.name.includes('Redis') ? open() : undefined
})
afterEach(async () => {
  await results.close()
  await broker.close()
  await redis?.stop()
})

async function open(url?: string): Promise<void> {
  const runtime = createRuntime()
  if (url === undefined) redis = await startRedis()
  const address = url ?? redis?.url ?? ''
  broker = openBroker(address, { runtime })
  results = openResults(address, { runtime })
  await broker.open()
  await results.open()
}

/** Counts events by type and task name until `stop`. */
async function listen() {
  const types = new Map<string, number>()
  const names = new Map<string, string>()
  const failed = new Set<string>()
  const workers = new Set<string>()
  const subscription = await broker.fanout.subscribe('celeryev', '#', ({ raw }) => {
    decodeEvents(
      raw,
      Date.now() / 1000,
      ({ type, uuid, hostname, fields }) => {
        types.set(type, (types.get(type) ?? 0) + 1)
        if (type.startsWith('worker-')) workers.add(hostname)
        if (uuid !== null && typeof fields['name'] === 'string') names.set(uuid, fields['name'])
        if (type === 'task-failed' && uuid !== null) failed.add(names.get(uuid) ?? '?')
      },
      () => {},
    )
  })
  return { types, failed, workers, stop: () => subscription.close() }
}

/** Without `incidentMs` nothing goes wrong. */
async function watchDemo(url: string | null, incidentMs: number | null, inspect: () => Promise<void>): Promise<void> {
  const seen = await listen()
  const times = { firstAfterMs: incidentMs ?? 1_000_000, pauseMs: 1_000_000 }
  // Six processes that share two cores with other tests do not keep up with all of it.
  const share = url === null ? 1 : 0.2
  const cluster = await startDemoCluster({ broker, results, url, runtime: createRuntime(), times, share })
  try {
    await inspect()
    await waitFor(() => (seen.types.get('task-succeeded') ?? 0) > 20)
    if (incidentMs !== null) await waitFor(() => seen.failed.has('search.reindex'))
    expect(seen.workers).toEqual(new Set(['worker1@demo', 'worker2@demo']))
    expect([...seen.types.keys()]).toEqual(
      expect.arrayContaining(['task-sent', 'task-received', 'task-started', 'worker-online', 'worker-heartbeat']),
    )
  } finally {
    await cluster.stop()
  }
  await waitFor(() => seen.types.get('worker-offline') === 2)
  await seen.stop()
}

test('over Redis: tasks run in processes, workflows end, two beats are there, and no process stays', async () => {
  await watchDemo(redis?.url ?? '', null, async () => {
    await waitFor(async () => (await children('process-main')) === 6)
    const [picture, report] = [await uploadPicture(app), await weeklyReport(app)]
    expect(await picture?.get({ timeout: 100 })).toMatch(/^https:\/\/cdn.example.com\/uploads\//)
    expect(await report?.get({ timeout: 100 })).toMatchObject({ regions: 5 })
    await waitFor(async () => (await children('@demo --quiet')) === 2)
  })

  await waitFor(async () => (await children('process-main')) + (await children('@demo --quiet')) === 0)
})

test('in memory, when there is no server: all in the process itself, and the incident comes', async () => {
  await open('memory://')
  await watchDemo(null, 1_000, async () => expect(await children('process-main')).toBe(0))
})

/** Children of this process whose command line says this: a pool's program, a beat. */
async function children(word: string): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'args=', '--ppid', String(process.pid)])
  return stdout.split('\n').filter((line) => line.includes(word)).length
}
