/** Flower with a Python worker and ours: its API and its pages show both alike, and its orders are carried out by both. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isRecord } from '../../lib/protocol/record.ts'
import { type CeleryWorker, startCelery } from '../../lib/testing/celery.ts'
import { type Flower, startFlower } from '../../lib/testing/flower.ts'
import { type RedisServer, startRedis } from '../../lib/testing/redis.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'
import { startWorker, type Worker } from '../../worker/index.ts'
import { createProj } from '../compat/proj.ts'

const NODES = ['py@test', 'ts@test'] as const
type Node = (typeof NODES)[number]

const app = createProj()
let redis: RedisServer
let flower: Flower
let theirs: CeleryWorker
let ours: Worker
/** Ids of tasks, by what they do. Each worker has a queue of its own name. */
const ids: Record<Node, Record<string, string>> = { 'py@test': {}, 'ts@test': {} }

interface Answer {
  readonly status: number
  readonly body: string
}

async function ask(path: string, method = 'GET'): Promise<Answer> {
  const answer = await fetch(flower.url + path, { method, redirect: 'manual' })
  return { status: answer.status, body: await answer.text() }
}

async function json(path: string): Promise<unknown> {
  return JSON.parse((await ask(path)).body)
}

async function record(path: string): Promise<Readonly<Record<string, unknown>>> {
  const value = await json(path)
  return isRecord(value) ? value : {}
}

beforeAll(async () => {
  redis = await startRedis()
  app.configure({ broker_url: redis.url, result_backend: redis.url })
  const env = { FLOWER_UNAUTHENTICATED_API: 'true', UMBEL_TEST_CONTROL_SECONDS: '40' }
  flower = await startFlower({ broker: redis.url, env })
  theirs = await startCelery({ broker: redis.url, hostname: 'py@test', queues: ['py@test'], pool: 'prefork' })
  ours = await startWorker(app, { hostname: 'ts@test', queues: ['ts@test'], concurrency: 2 })
  const sees = async () => Object.keys(await record('/api/workers?status=1')).length === NODES.length
  await waitFor(sees, { what: 'Flower to see both workers' })
  for (const queue of NODES) {
    const sent = {
      add: await app.sendTask('proj.add', [2], { y: 3 }, { queue }),
      fail: await app.sendTask('proj.fail', ['kaboom'], {}, { queue }),
      retrying: await app.sendTask('proj.retrying', [], {}, { queue }),
    }
    for (const [name, result] of Object.entries(sent)) {
      ids[queue][name] = result.id
      await result.get({ propagate: false, timeout: 60 })
    }
    const path = `/api/task/info/${ids[queue]['retrying']}`
    await waitFor(async () => (await record(path))['state'] === 'FAILURE', { what: 'Flower to see the last event' })
  }
})

afterAll(async () => {
  await flower?.stop()
  await ours?.stop('cold')
  await app.close()
  await theirs?.stop('SIGQUIT')
  await redis?.stop()
})

describe('shows', () => {
  test('the same facts of each worker', async () => {
    const whole = ['active_queues', 'conf', 'registered', 'stats', 'timestamp']
    const [theirInfo, ourInfo] = await waitFor(
      async () => {
        const workers = await record('/api/workers?refresh=1')
        const infos = NODES.map((node) => workers[node]).map((info) => (isRecord(info) ? info : {}))
        return infos.every((info) => whole.every((name) => name in info)) ? infos : null
      },
      { what: 'all that Flower asks of workers' },
    )

    expect(Object.keys(ourInfo ?? {}).sort()).toEqual(Object.keys(theirInfo ?? {}).sort())
    expect(ourInfo).toMatchObject({
      active_queues: [{ name: 'ts@test', exchange: { type: 'direct' } }],
      registered: expect.arrayContaining(['proj.add', 'proj.fail']),
      stats: { total: { 'proj.add': 1, 'proj.fail': 1, 'proj.retrying': 3 }, pool: { 'max-concurrency': 2 } },
      conf: { result_extended: true, worker_send_task_events: true },
    })
  })

  test('both in its table of workers, with the same counts', async () => {
    const rows = await waitFor(
      async () => {
        const { data } = await record('/workers?json=1')
        const all = (Array.isArray(data) ? data : []).filter(isRecord)
        return all.filter(({ processed }) => processed === 5).length === NODES.length ? all : null
      },
      { what: 'heartbeats that count all tasks' },
    )
    const row = (node: Node) => {
      // Who sends again on a retry is a nameless process of Celery's, and the worker itself with us.
      const {
        hostname,
        pid,
        loadavg,
        heartbeats,
        'task-sent': _,
        ...rest
      } = rows.find((one) => one['hostname'] === node) ?? {}
      const volatile = { hostname, pid: typeof pid, loadavg: Array.isArray(loadavg) && loadavg.length }
      expect(heartbeats).toContainEqual(expect.any(Number))
      return { ...rest, ...volatile, timestamp: 0, clock: 0, sw_ident: '', sw_ver: '', 'worker-heartbeat': 0 }
    }

    expect(row('ts@test')).toMatchObject({ status: true, 'task-failed': 2, 'task-succeeded': 1, 'task-retried': 2 })
    expect({ ...row('ts@test'), hostname: '' }).toEqual({ ...row('py@test'), hostname: '' })
  })

  test('a page of each, with every tab', async () => {
    const headings = ({ body }: Answer) =>
      [...body.matchAll(/<(h\d|th|caption)[^>]*>\s*([^<]+?)\s*</g)].map(([, , text]) => text)
    const [their, our] = await Promise.all(NODES.map((node) => ask(`/worker/${node}`)))

    expect([their?.status, our?.status]).toEqual([200, 200])
    expect(our?.body).toContain('proj.soft_limited')
    expect(headings(our ?? { status: 0, body: '' })).toEqual(
      headings(their ?? { status: 0, body: '' }).map((text) => text?.replace('py@test', 'ts@test')),
    )
  })

  test.each(['add', 'fail', 'retrying'])('the task %s of each', async (name) => {
    const [their, our] = await Promise.all(NODES.map((node) => record(`/api/task/info/${ids[node][name]}`)))
    const steady = (info: Readonly<Record<string, unknown>> = {}) =>
      Object.fromEntries(
        Object.entries(info).map(([key, value]) => [key, VOLATILE.has(key) && value !== null ? typeof value : value]),
      )

    expect(our?.['worker']).toBe('ts@test')
    expect(steady(our)).toEqual(steady(their))
  })
})

/** Fields that differ from one run to the next: only their type is compared. */
const VOLATILE = new Set(
  [
    'uuid received sent started succeeded failed retried timestamp runtime clock traceback eta worker routing_key',
    'client root root_id parent parent_id children',
  ]
    .join(' ')
    .split(' '),
)

describe('orders', () => {
  test.each([
    ['pool/grow', 'n=2'],
    ['pool/shrink', 'n=1'],
    ['pool/autoscale', 'min=1&max=3'],
    ['pool/restart', ''],
    ['queue/add-consumer', 'queue=extra'],
    ['queue/cancel-consumer', 'queue=extra'],
  ])('%s', async (order, query) => {
    const [their, our] = await Promise.all(
      NODES.map(async (node) => {
        const { status, body } = await ask(`/api/worker/${order}/${node}?${query}`, 'POST')
        return { status, body: body.replaceAll(node, 'node') }
      }),
    )
    expect(our).toEqual(their)
  })

  test.each([
    ['rate-limit/proj.add', 'ratelimit=10/m'],
    ['rate-limit/proj.add', 'ratelimit=fast'],
    ['rate-limit/proj.nowhere', 'ratelimit=10/m'],
    ['timeout/proj.add', 'soft=5&hard=10'],
  ])('%s %s', async (order, query) => {
    const [their, our] = await Promise.all(
      NODES.map((node) => ask(`/api/task/${order}?workername=${node}&${query}`, 'POST')),
    )
    expect(our).toEqual(their)
  })

  test('what grew has grown', async () => {
    await ask('/api/worker/pool/grow/ts@test?n=3', 'POST')
    const stats = await app.control.inspect({ destination: ['ts@test'], timeout: 10 }).stats()

    expect(stats?.['ts@test']).toMatchObject({ pool: { 'max-concurrency': 6 } })
  })

  test('the end of a running task', async () => {
    const result = await app.sendTask('proj.sleep', [60], {}, { queue: 'ts@test' })
    await waitFor(async () => (await result.state()) === 'STARTED')

    const { status } = await ask(`/api/task/revoke/${result.id}?terminate=true`, 'POST')

    expect(status).toBe(200)
    await expect(result.get({ timeout: 40 })).rejects.toMatchObject({ name: 'TaskRevokedError', message: 'terminated' })
    const seen = async () => (await record(`/api/task/info/${result.id}`))['state'] === 'REVOKED'
    await waitFor(seen, { what: 'Flower to see it revoked' })
  })

  test('a task for us, with its result', async () => {
    const answer = await fetch(`${flower.url}/api/task/apply/proj.add`, {
      method: 'POST',
      body: JSON.stringify({ args: [1, 2], queue: 'ts@test', timeout: 60 }),
    })
    expect(await answer.json()).toMatchObject({ state: 'SUCCESS', result: 3 })
  })

  test('the end of the worker', async () => {
    const { status, body } = await ask('/api/worker/shutdown/ts@test', 'POST')

    expect([status, JSON.parse(body)]).toEqual([200, { message: 'Shutting down!' }])
    const gone = async () => (await record('/api/workers?status=1'))['ts@test'] === false
    await waitFor(gone, { what: 'Flower to see it offline' })
  })
})
