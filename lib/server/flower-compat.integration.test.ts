/** Our API beside the real Flower, on the same Redis and the same Python worker: the same answers to the same questions. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CeleryWorker, runPython, startCelery } from '../testing/celery.ts'
import { type Flower, startFlower } from '../testing/flower.ts'
import { type RedisServer, startRedis } from '../testing/redis.ts'
import { startUmbelServer, type UmbelServer } from '../testing/umbel-server.ts'
import { waitFor } from '../testing/wait-for.ts'

let redis: RedisServer
let worker: CeleryWorker
let flower: Flower
let umbel: UmbelServer
let ids: Record<string, string>

const TASKS = `
import json, proj
ok = [proj.add.delay(i, y=2) for i in range(3)]
echo = proj.echo.delay("needle in hay", key="v\\u00fcl")
fail = proj.fail.delay("kaboom")
again = proj.retrying.delay()
for result in [*ok, echo, fail, again]:
    try:
        result.get(timeout=100)
    except Exception:
        pass
print(json.dumps({"ok": ok[0].id, "echo": echo.id, "fail": fail.id, "again": again.id}))
`

interface Answer {
  readonly status: number
  readonly type: string | null
  readonly body: string
  readonly headers: Headers
}

async function ask(url: string, path: string, init: RequestInit = {}): Promise<Answer> {
  const answer = await fetch(`${url}${path}`, { redirect: 'manual', ...init })
  const body = await answer.text()
  return { status: answer.status, type: answer.headers.get('content-type'), body, headers: answer.headers }
}

/** Both answers, Flower's first. */
function both(path: string, init?: RequestInit): Promise<[Answer, Answer]> {
  return Promise.all([ask(flower.url, path, init), ask(umbel.url, path, init)])
}

beforeAll(async () => {
  redis = await startRedis()
  const broker = redis.url
  umbel = await startUmbelServer({ broker })
  flower = await startFlower({ broker, env: { FLOWER_UNAUTHENTICATED_API: 'true' } })
  worker = await startCelery({ broker, queues: ['celery', 'other'] })
  const knows = async (url: string) => (await ask(url, '/api/workers?status=1')).body.includes('py@test')
  await waitFor(async () => (await knows(flower.url)) && (await knows(umbel.url)), { what: 'both to see the worker' })
  ids = JSON.parse(await runPython(TASKS, { broker }))
  const done = async (url: string) => (await ask(url, `/api/task/info/${ids['again']}`)).body.includes('"FAILURE"')
  await waitFor(async () => (await done(flower.url)) && (await done(umbel.url)), { what: 'both to see the end' })
})

afterAll(async () => {
  await worker?.stop()
  await flower?.stop()
  await umbel?.stop()
  await redis?.stop()
})

describe('tasks', () => {
  it.each(['ok', 'echo', 'fail', 'again'])(
    'info of %s has the same keys in the same order, and the same values',
    async (name) => {
      const [theirs, ours] = await both(`/api/task/info/${ids[name]}`)
      const [a, b] = [JSON.parse(theirs.body), JSON.parse(ours.body)]
      expect(Object.keys(b)).toEqual(Object.keys(a))
      expect(b).toEqual(a)
      expect(ours.type).toBe(theirs.type)
    },
  )

  it.each([
    '',
    '?limit=2',
    '?limit=2&offset=1',
    '?limit=0',
    '?limit=-1',
    '?offset=-3',
    '?offset=100',
    '?sort_by=name',
    '?sort_by=-name',
    '?sort_by=state',
    '?sort_by=received',
    '?sort_by=-started',
    '?sort_by=--received',
    '?state=SUCCESS',
    '?state=success',
    '?state=All',
    '?state=nothing',
    '?taskname=proj.add',
    '?taskname=PROJ.ADD',
    '?taskname=proj',
    '?workername=py@test',
    '?workername=PY@TEST',
    '?workername=nobody',
    '?search=needle',
    '?search=%22needle%20in%20hay%22',
    '?search=state:FAILURE%20kaboom',
    '?search=name:proj.add%20OR%20name:proj.fail',
    '?search=kwargs:y=2',
    '?received_start=2020-01-01%2000:00',
    '?received_start=2099-01-01%2000:00',
    '?received_end=2020-01-01%2000:00',
    '?limit=2&limit=3',
    '?limit=%203%20',
  ])('list %s', async (query) => {
    const [theirs, ours] = await both(`/api/tasks${query}`)
    expect([ours.status, ours.type]).toEqual([theirs.status, theirs.type])
    const [a, b] = [JSON.parse(theirs.body), JSON.parse(ours.body)]
    expect(Object.keys(b)).toEqual(Object.keys(a))
    expect(b).toEqual(a)
  })

  it.each([
    '?limit=x',
    '?limit=',
    '?limit=1.5',
    '?offset=x',
    '?sort_by=runtime',
    '?received_start=yesterday',
    '?received_end=2026-02-31%2000:00',
    '?search=%22',
    '?search=ab',
    '?search=(needle',
    '?search=a%20OR',
    `?search=${'x'.repeat(3_000)}`,
  ])('refuses %s in the same words', async (query) => {
    const [theirs, ours] = await both(`/api/tasks${query}`)
    expect([ours.status, ours.type, ours.body]).toEqual([theirs.status, theirs.type, theirs.body])
    expect(ours.status).toBe(400)
  })

  it('is the same to the byte', async () => {
    const [theirs, ours] = await both(`/api/task/info/${ids['echo']}`)
    expect(ours.body).toBe(theirs.body)
  })

  it.each(['/api/task/types', '/api/task/info/nothing', '/api/task/info/a%2Fb'])('%s', async (path) => {
    const [theirs, ours] = await both(path)
    expect([ours.status, ours.type, ours.body]).toEqual([theirs.status, theirs.type, theirs.body])
  })
})

describe('workers', () => {
  it('status', async () => {
    const [theirs, ours] = await both('/api/workers?status=1')
    expect(JSON.parse(ours.body)).toEqual(JSON.parse(theirs.body))
  })

  it.each(['/api/workers?refresh=1&workername=py@test', '/api/workers?workername=py@test', '/api/workers'])(
    '%s has the same shape',
    async (path) => {
      // Flower leaves out what its worker does not answer within a second.
      await waitFor(async () => {
        const [theirs, ours] = await both(path)
        expect([ours.status, ours.type]).toEqual([theirs.status, theirs.type])
        const [a, b] = [JSON.parse(theirs.body), JSON.parse(ours.body)]
        expect(Object.keys(b)).toEqual(Object.keys(a))
        const parts = Object.keys(a['py@test'])
        for (const part of parts) expect(shape(b['py@test'][part])).toEqual(shape(a['py@test'][part]))
        expect(b['py@test'].registered).toEqual(a['py@test'].registered)
        expect(b['py@test'].active_queues).toEqual(a['py@test'].active_queues)
        expect(b['py@test'].conf).toEqual(a['py@test'].conf)
        return true
      })
    },
  )

  it.each(['?workername=nobody', '?refresh=maybe', '?status=', '?refresh=1&workername=nobody'])('%s', async (query) => {
    const [theirs, ours] = await both(`/api/workers${query}`)
    expect([ours.status, ours.type, ours.body]).toEqual([theirs.status, theirs.type, theirs.body])
  })
})

describe('queues', () => {
  it('have the same lengths at once', async () => {
    const broker = redis.url
    await runPython('import proj\nfor i in range(7): proj.add.apply_async((i,), queue="other", countdown=0)', {
      broker,
    })
    await waitFor(async () => {
      const [theirs, ours] = await both('/api/queues/length')
      expect(JSON.parse(ours.body)).toEqual(JSON.parse(theirs.body))
      return theirs.body.includes('"messages": 0}]')
    })
  })

  it('of nobody are told too', async () => {
    await runPython('import proj\nfor i in range(3): proj.add.apply_async((i,), queue="lonely")', { broker: redis.url })
    await waitFor(async () => {
      const { body } = await ask(umbel.url, '/api/queues/length')
      expect(JSON.parse(body).active_queues).toContainEqual({ name: 'lonely', messages: 3 })
      return true
    })
  })
})

describe('metrics', () => {
  const series = (text: string) =>
    text
      .split('\n')
      .filter((line) => /^flower_/.test(line) && !line.includes('_created{'))
      .map((line) => line.slice(0, line.lastIndexOf(' ')))

  it('have the names, types and labels of Flower', async () => {
    const [theirs, ours] = await both('/metrics')
    const types = (text: string) =>
      text
        .split('\n')
        .filter((line) => /^# (TYPE) flower_(?!\w+_created)/.test(line))
        .sort()
    expect(types(ours.body)).toEqual(types(theirs.body))
    expect(series(ours.body).sort()).toEqual(expect.arrayContaining(series(theirs.body).sort()))
  })

  it('count exactly the same events', async () => {
    const counts = (text: string) =>
      text
        .split('\n')
        .filter((line) => line.startsWith('flower_events_total{'))
        .sort()
    await waitFor(async () => {
      const [theirs, ours] = await both('/metrics')
      expect(counts(ours.body)).toEqual(counts(theirs.body))
      return true
    })
  })
})

describe('the rest', () => {
  it.each([
    ['POST', '/api/tasks'],
    ['DELETE', '/api/workers'],
    ['OPTIONS', '/api/tasks'],
    ['OPTIONS', '/api/task/info/x'],
  ])('%s %s', async (method, path) => {
    const [theirs, ours] = await both(path, { method })
    expect([ours.status, ours.type, ours.body]).toEqual([theirs.status, theirs.type, theirs.body])
    for (const name of [
      'access-control-allow-origin',
      'access-control-allow-headers',
      'access-control-allow-methods',
    ]) {
      expect(ours.headers.get(name)).toBe(theirs.headers.get(name))
    }
  })

  it('answers the health check with the same two letters', async () => {
    const [theirs, ours] = await both('/healthcheck')
    expect([ours.status, ours.type, ours.body]).toEqual([theirs.status, theirs.type, theirs.body])
  })
})

/** What kind of thing each part is; numbers and lengths change from moment to moment. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return 'list'
  if (typeof value !== 'object' || value === null) return typeof value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shape(part)]))
}
