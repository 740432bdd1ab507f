/**
 * Redis is there and refuses: out of memory, no disk, read-only. Worker and dashboard go on by themselves when it takes
 * writes again (reliability-security.md A9, A10, A12).
 */
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Celery } from '../../lib/client/index.ts'
import { isProblem } from '../../lib/errors.ts'
import { type RedisServer, startRedis } from '../../lib/testing/redis.ts'
import type { RunningCli } from '../../lib/testing/umbel-cli.ts'
import { startUmbelServer, type UmbelServer } from '../../lib/testing/umbel-server.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'
import { createFaultsApp } from './create-app.ts'
import { endWorker, startFaultsWorker } from './start-worker.ts'

let redis: RedisServer
let book: RedisServer
let client: Redis
let worker: RunningCli
let dashboard: UmbelServer
let app: Celery

beforeAll(async () => {
  ;[redis, book] = await Promise.all([startRedis({ args: ['--enable-protected-configs', 'yes'] }), startRedis()])
  client = redis.connect()
  const options = { broker: redis.url, ledger: book.url }
  app = createFaultsApp(options)
  worker = await startFaultsWorker('w', options)
  dashboard = await startUmbelServer({ broker: redis.url })
})

afterAll(async () => {
  await endWorker(worker, 'SIGTERM')
  await dashboard.stop()
  await app.close()
  await redis.stop()
  await book.stop()
})

const FAULTS = [
  {
    name: 'no disk for a snapshot (MISCONF)',
    says: /MISCONF|snapshot|disk/i,
    async begin() {
      await client.config('SET', 'save', '3600 1000000', 'dir', '/proc')
      await client.bgsave()
      await waitFor(async () => (await client.info('persistence')).includes('rdb_last_bgsave_status:err'))
    },
    async end() {
      await client.config('SET', 'save', '', 'dir', '/tmp')
    },
  },
  {
    name: 'no memory (OOM)',
    says: /out of memory/,
    begin: () => client.config('SET', 'maxmemory', '1', 'maxmemory-policy', 'noeviction'),
    end: () => client.config('SET', 'maxmemory', '0'),
  },
  {
    name: 'a replica (READONLY)',
    says: /read-only/,
    begin: () => client.replicaof('127.0.0.1', 1),
    end: () => client.replicaof('NO', 'ONE'),
  },
]

test.each(FAULTS)('$name: what ends meanwhile is stored afterwards, and all goes on within 5 s', async (fault) => {
  const running = await app.sendTask('faults.wait', [fault.name])
  await waitFor(async () => Number(await book.connect().hget('runs', fault.name)) === 1)

  await fault.begin()
  const failure = await app.sendTask('faults.add', [1, 1]).catch((error: unknown) => error)
  expect(isProblem(failure, 'broker/refused')).toBe(true)
  expect(String(failure)).toMatch(fault.says)
  const triedAgain = () => worker.err().split('it is tried again').length
  const before = triedAgain()
  await book.connect().set(fault.name, '1')
  await waitFor(() => triedAgain() > before, { what: 'a result that cannot be stored' })
  await waitFor(() => dashboard.broker.queues.lengths(['celery'])) // reading is allowed
  expect((await fetch(`${dashboard.url}/healthcheck`)).status).toBe(200)
  await fault.end()

  const startMs = performance.now()
  const next = await waitFor(() => app.sendTask('faults.add', [1, 2]).catch(() => null))
  expect(await next.get({ timeout: 40 })).toBe(3)
  expect(await running.get({ timeout: 40 })).toBe(fault.name)
  expect(performance.now() - startMs).toBeLessThan(40_000)
  const seen = async () => {
    const answer = await fetch(`${dashboard.url}/api/task/info/${next.id}`)
    return answer.ok && (await answer.text()).includes('SUCCESS')
  }
  await waitFor(seen, { what: 'the task on the dashboard' })
  expect(Number(await book.connect().hget('runs', fault.name))).toBe(1)
})
