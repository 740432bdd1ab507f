/** A worker is killed with tasks that it had acknowledged early, or with a chord in its hands (issue 4, bars). */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Celery, chord } from '../../lib/client/index.ts'
import { type RedisServer, startRedis } from '../../lib/testing/redis.ts'
import { startTcpProxy, type TcpProxy } from '../../lib/testing/tcp-proxy.ts'
import type { RunningCli } from '../../lib/testing/umbel-cli.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'
import { createFaultsApp } from './create-app.ts'
import { endWorker, startFaultsWorker } from './start-worker.ts'

/** A worker that lives says so several times in this, also where it waits for the processor. */
const WAIT_SECONDS = 4
const workers: RunningCli[] = []
let redis: RedisServer
let book: RedisServer
let proxy: TcpProxy
let app: Celery

beforeEach(async () => {
  ;[redis, book] = await Promise.all([startRedis(), startRedis()])
  proxy = await startTcpProxy(redis.port)
  app = createFaultsApp({ broker: redis.url, ledger: book.url })
})

afterEach(async () => {
  for (const worker of workers.splice(0)) await endWorker(worker)
  await app.close()
  await proxy.close()
  await redis.stop()
  await book.stop()
})

async function start(name: string, broker = redis.url, settings: Record<string, unknown> = {}, words: string[] = []) {
  const given = {
    worker_lost_wait: WAIT_SECONDS,
    result_chord_join_timeout: 1,
    broker_transport_options: { visibility_timeout: WAIT_SECONDS },
    ...settings,
  }
  const options = { broker, backend: redis.url, ledger: book.url, settings: given }
  const worker = await startFaultsWorker(name, options, words)
  workers.push(worker)
  return worker
}
const runs = async (name: string) => Number((await book.connect().hget('runs', name)) ?? 0)
const release = (key: string) => book.connect().set(key, '1')

test('early-acked tasks of killed workers: each fails as lost, its errback is told, nothing runs again', async () => {
  const pools = ['async', 'processes']
  const first = await Promise.all(pools.map((pool) => start(pool, redis.url, {}, ['-P', pool, '-c', '1', '-Q', pool])))
  const link = app.signature('faults.note', { args: [null, 'errback'], immutable: true })
  const sent = await Promise.all(
    pools.map((queue) => app.sendTask('faults.wait', [queue], {}, { queue, linkError: [link] })),
  )
  await waitFor(async () => (await runs('async')) + (await runs('processes')) === 2)
  const queued = await app.sendTask('faults.add', [1, 2], {}, { queue: 'async' })
  await Promise.all(first.map((worker) => endWorker(worker)))
  const second = await start('second', redis.url, {}, ['-Q', 'async,processes,celery'])

  for (const result of sent) {
    await expect(result.get({ timeout: 40 })).rejects.toThrow('The worker that ran it is gone')
  }
  expect(await queued.get({ timeout: 40 })).toBe(3)
  await waitFor(() => second.err().includes('is lost with its worker'))
  await waitFor(async () => (await redis.connect().hlen('umbel:started')) === 0)
  await waitFor(async () => (await runs('errback')) === 2)
  expect([await runs('async'), await runs('processes')]).toEqual([1, 1])
})

test('what runs for longer than that in a worker that lives is not taken for lost', async () => {
  await start('first')
  await start('second')
  const sent = await app.sendTask('faults.wait', ['long'])
  const client = redis.connect()
  const deadline = async () => Number((await client.zrange('umbel:started-index', '0', '0', 'WITHSCORES'))[1] ?? 0)
  const before = await waitFor(deadline)
  await waitFor(async () => (await deadline()) > before + 2 * WAIT_SECONDS) // several times over
  expect(await sent.state()).toBe('PENDING')
  await release('long')
  expect(await sent.get({ timeout: 40 })).toBe('long')
  await waitFor(async () => (await client.exists('umbel:started', 'umbel:started-index')) === 0)
})

test('chords whose dispatcher is killed between its claim and the body, acked early and late: each body is sent once', async () => {
  // How long a claim is kept for sending is counted from the tries of that.
  const first = await start('first', `redis://127.0.0.1:${proxy.port}/0`, { task_publish_retry: false }, ['-c', '4'])
  const kinds = ['wait', 'wait_late']
  const sent = await Promise.all(
    kinds.map((kind) => {
      const header = ['x', 'y'].map((key) => app.signature(`faults.${kind}`, { args: [`${kind} ${key}`] }))
      return chord(header, app.signature('faults.note', { args: [`body of ${kind}`] })).delay()
    }),
  )
  const client = redis.connect()
  const each = (of: string) => Promise.all(kinds.map((kind) => release(`${kind} ${of}`)))
  const chordKeys = async (kind: string) => client.keys(`celery-taskset-meta-*.${kind}`)
  await waitFor(async () => (await book.connect().hlen('runs')) === 4)
  await each('x')
  await waitFor(async () => (await chordKeys('j')).length === 2)
  await waitFor(async () => (await client.hlen('unacked')) === 1)
  proxy.hold() // the claim comes from the backend, the body would go to the broker
  await each('y')
  await waitFor(async () => (await chordKeys('c')).length === 2)
  await endWorker(first)
  proxy.cut() // a killed program's connections end with it; this relay would keep them for the server
  await start('second')

  const values = await Promise.all(sent.map((result) => result.get({ timeout: 60 })))
  expect(values).toEqual(kinds.map((kind) => [`${kind} x`, `${kind} y`]))
  await waitFor(async () => (await client.mget(await chordKeys('c'))).every((mark) => mark === 'done'))
  await waitFor(async () => (await client.llen('celery')) + (await client.hlen('unacked')) === 0)
  for (const kind of kinds) expect(await runs(`body of ${kind}`)).toBe(1)
})
