/**
 * The real Flower and Umbel side by side on one Redis: the same recorded events, the same Python worker, the same
 * requests. Every difference is one that docs/flower-compatibility.md names, and every one it names is still there.
 */
import { readFile } from 'node:fs/promises'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CeleryWorker, runPython, startCelery } from '../../lib/testing/celery.ts'
import { type Flower, startFlower } from '../../lib/testing/flower.ts'
import { type RedisServer, startRedis } from '../../lib/testing/redis.ts'
import { startUmbelServer, type UmbelServer } from '../../lib/testing/umbel-server.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'
import { ALLOWED, allowedFor } from './allowed.ts'
import { ask, differences } from './compare.ts'
import { type CompatRequest, type Ids, REQUESTS } from './requests.ts'

let redis: RedisServer
let worker: CeleryWorker
let flower: Flower
let umbel: UmbelServer
let ids: Ids
const used = new Set<string>()

const SENDER = `
import json, time
from proj import app, add, fail, retrying, sleep
ok = add.delay(2, y=3)
bad = fail.delay('kaboom & <b>')
again = retrying.delay()
slow = sleep.apply_async((30,), queue='slow')
gone = sleep.apply_async((600,))
sent = app.send_task('proj.nobody', args=[1], queue='nowhere')
for each in (ok, bad, again):
    each.get(propagate=False, timeout=100)
time.sleep(0.5)
gone.revoke(terminate=True)
gone.get(propagate=False, timeout=100)
print(json.dumps({'succeeded': ok.id, 'failed': bad.id, 'retrying': again.id, 'sent': sent.id, 'revoked': gone.id}))
`

beforeAll(async () => {
  redis = await startRedis()
  const env = { FLOWER_UNAUTHENTICATED_API: 'true', TZ: 'UTC' }
  ;[flower, umbel] = await Promise.all([
    startFlower({ broker: redis.url, env }),
    startUmbelServer({ broker: redis.url }),
  ])
  const client = redis.connect()
  await Promise.all([hears(flower.url, client), hears(umbel.url, client)])
  await replay(client)
  worker = await startCelery({ broker: redis.url, pool: 'prefork', queues: ['celery'] })
  ids = { worker: 'py@test', ...JSON.parse(await runPython(SENDER, { broker: redis.url })) }
  for (const base of [flower.url, umbel.url]) {
    await waitFor(async () => (await state(base, ids.revoked)) === 'REVOKED', { what: `${base} to see all events` })
    await ask(base, { path: '/api/workers?refresh=1&workername=py@test' })
  }
})

afterAll(async () => {
  await worker?.stop('SIGQUIT')
  await umbel?.stop()
  await flower?.stop()
  await redis?.stop()
})

async function state(base: string, id: string): Promise<unknown> {
  const { status, body } = await ask(base, { path: `/api/task/info/${id}` })
  return status === 200 ? JSON.parse(body).state : null
}

/** Sends an event until it is seen: both listen some time after they answer. */
async function hears(base: string, client: Redis): Promise<void> {
  const event = {
    type: 'task-sent',
    uuid: 'probe',
    name: 'probe',
    hostname: 'probe@test',
    timestamp: 1,
    utcoffset: 0,
    clock: 1,
    pid: 1,
    retries: 0,
    args: '()',
    kwargs: '{}',
  }
  const body = Buffer.from(JSON.stringify(event)).toString('base64')
  const properties = {
    delivery_mode: 1,
    delivery_info: { exchange: 'celeryev', routing_key: 'task.sent' },
    priority: 0,
    body_encoding: 'base64',
    delivery_tag: 'probe',
  }
  const headers = { hostname: 'probe@test' }
  const raw = JSON.stringify({
    body,
    'content-encoding': 'utf-8',
    'content-type': 'application/json',
    headers,
    properties,
  })
  const seen = async () => {
    await client.publish('/0.celeryev/task.sent', raw)
    return (await ask(base, { path: '/api/task/info/probe' })).status === 200
  }
  await waitFor(seen, { what: `${base} to hear events`, everyMs: 200 })
}

/** The recording, as it went over Redis. */
async function replay(client: Redis): Promise<void> {
  const file = new URL('../../tests/vectors/events.json', import.meta.url)
  const { messages } = JSON.parse(await readFile(file, 'utf8'))
  for (const { channel, raw } of messages) await client.publish(channel, raw)
}

describe.each(Object.entries(REQUESTS))('%s', (group, requests) => {
  test.each(requests.map((request) => [request.name.slice(0, 120), request] as const))('%s', async (_name, request) => {
    const wanted = wire(request)
    const both = async () => {
      const theirs = await ask(flower.url, wanted)
      const ours = await ask(umbel.url, wanted)
      const unanswered = [theirs, ours].some(({ body }) => body.includes('Unknown reason'))
      return { ours, found: differences(theirs, ours, group === 'sending'), unanswered }
    }
    const allowed = allowedFor(request.name)
    let { ours, found, unanswered } = await both()
    // What is only read is read again: an event, or a worker's answer, may have come between the two. Orders are given
    // again when the worker was too busy to answer one of the two within Flower's second.
    for (let again = 0; again < 5 && allowed === null && found.length > 0; again++) {
      if (wanted.method !== 'GET' && !unanswered) break
      ;({ ours, found, unanswered } = await both())
    }
    if (allowed === null) {
      expect(found).toEqual([])
      return
    }
    used.add(allowed.name)
    // An allowed difference that is none any more leaves the list.
    expect(found, `${allowed.name} no longer differs`).not.toEqual([])
    expect(ours.status).toBe(allowed.status)
  })
})

function wire({ path, method = 'GET', headers = {}, body }: CompatRequest) {
  return { path: path(ids), method, headers, ...(body === undefined ? {} : { body }) }
}

test('the page of differences names each that was found, and no other', async () => {
  const page = await readFile(new URL('../../docs/flower-compatibility.md', import.meta.url), 'utf8')
  expect([...used].sort()).toEqual([...new Set(ALLOWED.map(({ name }) => name))].sort())
  for (const { name } of ALLOWED) expect(page).toContain(`\`${name}\``)
})
