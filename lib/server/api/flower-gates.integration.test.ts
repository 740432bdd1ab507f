/** Every route of Flower's API, taken from the tables of routes: who may come in, and what a broker that is away does. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runPython } from '../../testing/celery.ts'
import { type RedisServer, startRedis } from '../../testing/redis.ts'
import { startUmbelServer, type UmbelServer } from '../../testing/umbel-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import type { Route } from '../route.ts'
import { flowerControlRoutes } from './flower-control-routes.ts'
import { flowerRoutes } from './flower-routes.ts'
import { flowerSendRoutes } from './flower-send-routes.ts'

const ROUTES = [...flowerRoutes, ...flowerControlRoutes, ...flowerSendRoutes]
const MUTATING = ROUTES.filter(({ method }) => method === 'POST')
const pathOf = ({ path }: Route) => path.replace(/:[a-z]+/, 'some@thing')
const named = (routes: readonly Route[]) => routes.map((route) => [`${route.method} ${route.path}`, route] as const)

let redis: RedisServer
let open: UmbelServer
let closed: UmbelServer
let login: UmbelServer
let readOnly: UmbelServer

beforeAll(async () => {
  redis = await startRedis()
  const broker = redis.url
  open = await startUmbelServer({ broker })
  closed = await startUmbelServer({ broker, apiIsOpen: () => false })
  login = await startUmbelServer({ broker, basicAuth: ['ann:secret'] })
  readOnly = await startUmbelServer({ broker, readOnly: true })
  await waitFor(() => [open, readOnly].every(({ broker: { status } }) => status().state === 'ready'))
})

afterAll(async () => {
  await Promise.all([open?.stop(), closed?.stop(), login?.stop(), readOnly?.stop()])
  await redis?.stop()
})

async function ask(server: UmbelServer, { method, path }: { method: string; path: string }) {
  const answer = await fetch(server.url + path, { method })
  return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.text() }
}

const TEXT = 'text/plain; charset=UTF-8'

describe('every route', () => {
  it.each(named(ROUTES))('%s is closed where nobody logs in and nobody opened it', async (_name, route) => {
    const { status, body, type } = await ask(closed, { method: route.method, path: pathOf(route) })
    const wanted = 'FLOWER_UNAUTHENTICATED_API environment variable is required to enable API without authentication'
    expect({ status, body, type }).toEqual({ status: 401, body: wanted, type: TEXT })
  })

  it.each(named(ROUTES))('%s asks for the password', async (_name, route) => {
    const { status, body } = await ask(login, { method: route.method, path: pathOf(route) })
    expect({ status, body }).toEqual({ status: 401, body: '' })
  })

  it.each(named(MUTATING))('%s changes nothing in read-only mode', async (_name, route) => {
    const { status, body, type } = await ask(readOnly, { method: route.method, path: pathOf(route) })
    expect({ status, body, type }).toEqual({ status: 403, body: 'Read only mode is enabled', type: TEXT })
    const search = { who: '', what: '', q: '', outcome: null, before: null, limit: 1 }
    const { lines } = await readOnly.monitor.audit.read(search)
    expect(lines).toMatchObject([{ action: route.path.replace(/\/:\w+$/, ''), outcome: 'refused', reason: body }])
  })
})

describe('a task that somebody waits for', () => {
  it('is waited for no longer when its caller has left', async () => {
    const client = redis.connect()
    const listened = async () => (await client.pubsub('CHANNELS', 'celery-task-meta-*')).length
    const gone = new AbortController()
    const body = JSON.stringify({ args: [], queue: 'nobody-serves-it', task_id: 'left-alone' })
    const path = '/api/task/apply/proj.never'
    const answer = fetch(open.url + path, { method: 'POST', body, signal: gone.signal }).catch(() => 'left')
    await waitFor(async () => (await client.llen('nobody-serves-it')) === 1, { what: 'the task to be sent' })
    await waitFor(async () => (await listened()) === 1, { what: 'its result to be waited for' })
    gone.abort()
    expect(await answer).toBe('left')
    await waitFor(async () => (await listened()) === 0, { what: 'nobody to wait any more' })
  })
})

describe('while the broker is away', () => {
  const NEEDY = [
    { method: 'GET', path: '/api/queues/length' },
    { method: 'POST', path: '/api/worker/pool/grow/py@gone' },
    { method: 'POST', path: '/api/worker/shutdown/py@gone' },
    { method: 'POST', path: '/api/worker/queue/add-consumer/py@gone?queue=x' },
    { method: 'POST', path: '/api/task/revoke/x' },
    { method: 'POST', path: '/api/task/async-apply/proj.add' },
    { method: 'POST', path: '/api/task/send-task/proj.add' },
    { method: 'POST', path: '/api/task/apply/proj.add' },
    { method: 'GET', path: '/api/task/result/x' },
    { method: 'POST', path: '/api/task/abort/x' },
  ]

  beforeAll(async () => {
    await runPython(HEARTBEAT, { broker: redis.url })
    const knows = () => open.monitor.cluster.worker('py@gone') !== undefined
    await waitFor(knows, { what: 'a worker to be known' })
    await redis.kill()
    await waitFor(() => open.broker.status().state !== 'ready', { what: 'the broker to be missed' })
  })

  it.concurrent.each(NEEDY.map((request) => [`${request.method} ${request.path}`, request] as const))(
    "%s is 503 in Flower's words",
    async (_name, request) => {
      const { status, body, type } = await ask(open, request)
      expect({ status, body, type }).toEqual({
        status: 503,
        body: 'Broker or result backend unavailable',
        type: TEXT,
      })
    },
  )

  it('a refresh of the workers is 503, not what was known before', async () => {
    const { status, body } = await ask(open, { method: 'GET', path: '/api/workers?refresh=1' })
    expect(status).toBe(503)
    expect(body).toMatch(/^Failed to update workers: /)
  })

  it.each(['/api/tasks', '/api/task/types', '/api/workers', '/healthcheck', '/metrics'])('%s answers', async (path) => {
    expect((await ask(open, { method: 'GET', path })).status).toBe(200)
  })
})

const HEARTBEAT = `
from proj import app
from celery.events import EventDispatcher
with app.connection() as connection:
    EventDispatcher(connection, hostname="py@gone").send("worker-heartbeat", freq=2.0, active=0, processed=0)
`
