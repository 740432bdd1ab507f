/** Fail-over by Sentinel, seen from the programs: a worker, a client and the dashboard (reliability-security.md A8). */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Celery } from '../../lib/client/index.ts'
import { type RedisServer, startRedis } from '../../lib/testing/redis.ts'
import { DOWN_AFTER_MS, MASTER_NAME, type SentinelSet, startSentinels } from '../../lib/testing/sentinels.ts'
import type { RunningCli } from '../../lib/testing/umbel-cli.ts'
import { startUmbelServer, type UmbelServer } from '../../lib/testing/umbel-server.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'
import { createFaultsApp } from './create-app.ts'
import { endWorker, startFaultsWorker } from './start-worker.ts'

let set: SentinelSet
let book: RedisServer
let worker: RunningCli
let dashboard: UmbelServer
let app: Celery

beforeAll(async () => {
  ;[set, book] = await Promise.all([startSentinels(), startRedis()])
  const settings = {
    broker_transport_options: { master_name: MASTER_NAME, visibility_timeout: 3 },
    result_backend_transport_options: { master_name: MASTER_NAME },
  }
  const options = { broker: set.url, ledger: book.url, settings }
  app = createFaultsApp(options)
  worker = await startFaultsWorker('w', options)
  dashboard = await startUmbelServer({ broker: set.url, transportOptions: { master_name: MASTER_NAME } })
})

afterAll(async () => {
  await endWorker(worker)
  await dashboard.stop()
  await app.close()
  await set.stop()
  await book.stop()
})

const add = () =>
  app.sendTask('faults.add', [1, 2]).then(
    (sent) => sent,
    () => null,
  )

async function seen(id: string): Promise<boolean> {
  const answer = await fetch(`${dashboard.url}/api/task/info/${id}`)
  return answer.ok && (await answer.text()).includes('SUCCESS')
}

test('the master is killed: the worker, the client and the dashboard go on with the next one', async () => {
  const before = await waitFor(add)
  expect(await before.get({ timeout: 40 })).toBe(3)
  await waitFor(() => seen(before.id))
  const running = await app.sendTask('faults.wait', ['over'])
  await waitFor(async () => (await book.connect().hlen('runs')) === 1)

  const startMs = performance.now()
  await set.servers[0]?.kill()
  const next = await waitFor(add)
  expect(await next.get({ timeout: 40 })).toBe(3)
  expect(performance.now() - startMs).toBeLessThan(DOWN_AFTER_MS + 40_000)
  await book.connect().set('over', '1')
  expect(await running.get({ timeout: 40 })).toBe('over')
  await waitFor(() => seen(next.id), { what: 'the task on the dashboard' })
  await waitFor(async () => {
    const workers = await fetch(`${dashboard.url}/api/workers?refresh=1`)
    return (await workers.text()).includes('w@faults')
  })
})
