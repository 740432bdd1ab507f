/** The live end, spoken to as a browser does, and as one that means harm. */

import { io, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apply } from '../live/apply.ts'
import type { Json } from '../live/changes.ts'
import {
  type BrowserToServer,
  type DiffMessage,
  MAX_TOPICS,
  type ServerToBrowser,
  type SnapshotMessage,
  SOCKET_PATH,
  type WatchAnswer,
} from '../live/socket.ts'
import { runPython } from '../testing/celery.ts'
import { type RedisServer, startRedis } from '../testing/redis.ts'
import { startUmbelServer, type UmbelServer } from '../testing/umbel-server.ts'
import { waitFor } from '../testing/wait-for.ts'

type Client = Socket<ServerToBrowser, BrowserToServer>

let redis: RedisServer
let umbel: UmbelServer
let login: UmbelServer
const clients: Client[] = []
const basic = { Authorization: `Basic ${Buffer.from('ann:secret').toString('base64')}` }

beforeAll(async () => {
  redis = await startRedis()
  umbel = await startUmbelServer({ broker: redis.url })
  login = await startUmbelServer({ broker: redis.url, basicAuth: ['ann:secret'], limits: { sockets: 5 } })
  await waitFor(() => umbel.broker.status().state === 'ready')
})

afterAll(async () => {
  for (const client of clients) client.close()
  await umbel?.stop()
  await login?.stop()
  await redis?.stop()
})

function open(server = umbel, extraHeaders: Record<string, string> = {}, transports = ['websocket']): Client {
  const client: Client = io(server.url, {
    path: SOCKET_PATH,
    transports,
    extraHeaders,
    forceNew: true,
    reconnection: false,
  })
  clients.push(client)
  return client
}

async function connected(client: Client): Promise<Client> {
  await waitFor(() => client.connected, { what: 'the socket to open' })
  return client
}

/** Why the server did not let it in. */
function refused(client: Client): Promise<unknown> {
  return new Promise((resolve, reject) => {
    client.once('connect_error', (error) => resolve((error as { context?: unknown }).context ?? error.message))
    client.once('connect', () => reject(new Error('It was let in.')))
  })
}

/** What a browser that follows the rules would show. */
function screen(client: Client) {
  const views = new Map<string, { seq: number; view: Json }>()
  const log: [string, number][] = []
  client.on('snapshot', ({ topic, seq, view }: SnapshotMessage) => {
    log.push(['snapshot', seq])
    views.set(topic, { seq, view })
  })
  client.on('diff', ({ topic, seq, change }: DiffMessage) => {
    const before = views.get(topic)
    if (before === undefined) return // on its way while the snapshot was asked for
    log.push(['diff', seq])
    if (before.seq !== seq - 1) throw new Error(`${topic}: ${seq} after ${before.seq}`)
    views.set(topic, { seq, view: apply(before.view, change) })
  })
  return { log, view: (topic: string) => views.get(topic)?.view ?? null, seq: (topic: string) => views.get(topic)?.seq }
}

function watch(client: Client, topic: unknown): Promise<WatchAnswer> {
  // A hostile browser sends anything; the types are for ours.
  return new Promise((resolve) => client.emit('watch', topic as string, resolve))
}

const fill = (queue: string, count: number) =>
  runPython(`import proj\nfor i in range(${count}): proj.add.apply_async((i,), queue="${queue}")`, {
    broker: redis.url,
  })

describe('a topic', () => {
  it('comes as a snapshot, then as numbered diffs that add up to the truth', async () => {
    const client = await connected(open())
    const shown = screen(client)
    expect(await watch(client, 'queues')).toEqual({ ok: true })
    await fill('up', 3)
    await waitFor(() => JSON.stringify(shown.view('queues')).includes('"waiting":3'))
    await fill('up', 4)
    await waitFor(() => JSON.stringify(shown.view('queues')).includes('"waiting":7'))
    expect(shown.log[0]?.[0]).toBe('snapshot')
    expect(shown.log.some(([event]) => event === 'diff')).toBe(true)

    const fresh = await connected(open())
    const other = screen(fresh)
    await watch(fresh, 'queues')
    await waitFor(() => other.seq('queues') === shown.seq('queues'))
    expect(other.view('queues')).toEqual(shown.view('queues'))
  })

  it('is healed by asking again, after a gap', async () => {
    const client = await connected(open())
    await watch(client, 'queues')
    client.removeAllListeners() // everything that comes now is missed
    await fill('gap', 2)
    await waitFor(() => umbel.monitor.queues.latest().rows.some(({ name, waiting }) => name === 'gap' && waiting === 2))
    const shown = screen(client)
    await watch(client, 'queues')
    await waitFor(() => JSON.stringify(shown.view('queues')).includes('"gap"'))
    expect(shown.log[0]?.[0]).toBe('snapshot')
    await fill('gap', 3)
    await waitFor(() => JSON.stringify(shown.view('queues')).includes('"waiting":5'))
  })

  it('is told to all who watch it under the same numbers', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => connected(open())))
    const screens = all.map(screen)
    for (const client of all) await watch(client, 'queues')
    await fill('many', 6)
    await waitFor(() => screens.every((shown) => JSON.stringify(shown.view('queues')).includes('"many"')))
    for (const client of all) client.close()
  })

  it('says on and on that the server lives', async () => {
    const client = await connected(open())
    const alive: unknown[] = []
    client.on('alive', (message) => alive.push(message))
    const message = await waitFor(() => alive[0])
    expect(message).toEqual({ serverMs: expect.any(Number) })
  })

  it('works over plain HTTP where WebSockets are not let through', async () => {
    const client = await connected(open(umbel, {}, ['polling']))
    const shown = screen(client)
    expect(await watch(client, 'status')).toEqual({ ok: true })
    await waitFor(() => shown.view('status'))
  })
})

describe('who may open a socket', () => {
  it.each([['websocket'], ['polling']])('only somebody with the password (%s)', async (transport) => {
    await refused(open(login, {}, [transport]))
    await refused(open(login, { Authorization: 'Basic !!' }, [transport]))
    const client = await connected(open(login, basic, [transport]))
    expect(await watch(client, 'status')).toEqual({ ok: true })
    client.close()
  })

  it.each([
    [{ Origin: 'http://evil.example' }],
    [{ Origin: 'null' }],
    [{ 'Sec-Fetch-Site': 'cross-site' }],
    [{ 'Sec-Fetch-Site': 'same-site', Origin: 'http://127.0.0.1:1' }],
  ])('no page of another site: %j', async (headers) => {
    await refused(open(umbel, headers, ['websocket']))
    await refused(open(umbel, headers, ['polling']))
  })

  it('our own page', async () => {
    await connected(open(umbel, { Origin: umbel.url }))
    await connected(open(umbel, { 'Sec-Fetch-Site': 'same-origin', Origin: umbel.url }))
  })

  it('so many and no more', async () => {
    const five: Client[] = []
    for (let i = 0; i < 5; i += 1) five.push(await connected(open(login, basic)))
    await refused(open(login, basic))
    five[0]?.close()
    await waitFor(async () => {
      const client = open(login, basic)
      return await new Promise((resolve) => {
        client.once('connect', () => resolve(true))
        client.once('connect_error', () => resolve(false))
      })
    })
    for (const client of five) client.close()
  })
})

describe('what a browser may send', () => {
  it.each([[null], [5], [{}], [['queues']], [''], ['secrets'], ['task'], ['overview?range=1y'], ['x'.repeat(5_000)]])(
    'watch %j is answered with what is wrong',
    async (topic) => {
      const client = await connected(open())
      const answer = await watch(client, topic)
      expect(answer.ok).toBe(false)
      client.close()
    },
  )

  it('an unknown event is answered', async () => {
    const client = await connected(open())
    const answer = await new Promise((resolve) => {
      // Not one of our events: that is the point.
      ;(client as unknown as Socket).emit('shutdown', 'everything', resolve)
    })
    expect(answer).toMatchObject({ ok: false, code: 'unknown_event' })
  })

  it('so many topics and no more', async () => {
    const client = await connected(open())
    for (let i = 0; i < MAX_TOPICS; i += 1) expect((await watch(client, `task?id=${i}`)).ok).toBe(true)
    expect(await watch(client, 'task?id=more')).toMatchObject({ ok: false, code: 'too_many_topics' })
    client.close()
    await waitFor(() => umbel.monitor.feeds.size.watchers < MAX_TOPICS)
  })

  it('not too many events', async () => {
    const client = await connected(open())
    for (let i = 0; i < 500; i += 1) client.emit('visible', true)
    await waitFor(() => !client.connected, { what: 'to be cut off' })
  })

  it('not too large a message', async () => {
    const client = await connected(open())
    client.emit('unwatch', 'x'.repeat(100_000))
    await waitFor(() => !client.connected, { what: 'to be cut off' })
  })

  it('nothing that brings the server down', async () => {
    const junk: readonly unknown[] = [
      undefined,
      null,
      0,
      -1,
      1e308,
      '',
      '\u0000',
      [],
      {},
      [[[]]],
      { toString: 1 },
      Buffer.from('x'),
      true,
    ]
    for (let round = 0; round < 20; round += 1) {
      const client = (await connected(open())) as unknown as Socket
      for (const event of ['watch', 'unwatch', 'visible', '__proto__', 'error', 'message', '']) {
        for (const value of junk.slice(0, 10)) {
          if (event !== 'error') client.emit(event, value, junk[round % junk.length])
        }
      }
      client.close()
    }
    const client = await connected(open())
    expect(await watch(client, 'status')).toEqual({ ok: true })
  })

  it('not garbage on the wire', async () => {
    for (const garbage of [
      '',
      '9',
      '4',
      '42',
      '42[',
      '4{"a"',
      '451-["x"]',
      '42["watch"',
      `42${'['.repeat(10_000)}`,
      '40/admin,',
    ]) {
      const raw = new WebSocket(`${umbel.url.replace('http', 'ws')}${SOCKET_PATH}/?EIO=4&transport=websocket`)
      await new Promise((resolve) => raw.addEventListener('open', resolve))
      raw.send('40')
      raw.send(garbage)
      raw.close()
    }
    expect((await fetch(`${umbel.url}${SOCKET_PATH}/?EIO=3&transport=polling`)).status).toBe(400)
    expect((await fetch(`${umbel.url}/healthcheck`)).status).toBe(200)
  })
})

it('a hidden tab is not told what it does not show', async () => {
  const client = await connected(open())
  const shown = screen(client)
  await watch(client, 'queues')
  client.emit('visible', false)
  await watch(client, 'status') // answered in order: the server now knows
  const before = shown.seq('queues')
  await fill('hidden', 2)
  await waitFor(() => umbel.monitor.queues.latest().rows.some(({ name }) => name === 'hidden'))
  expect(shown.seq('queues')).toBe(before)
  client.emit('visible', true)
  await waitFor(() => JSON.stringify(shown.view('queues')).includes('"hidden"'))
})
