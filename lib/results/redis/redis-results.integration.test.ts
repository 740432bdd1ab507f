import { deflateSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { isProblem } from '../../errors.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { type RedisServer, startRedis } from '../../testing/redis.ts'
import { startTcpProxy } from '../../testing/tcp-proxy.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { exerciseChords } from '../chord-conformance.ts'
import { exerciseResults, meta } from '../conformance.ts'
import type { ResultStore } from '../results.ts'
import { createRedisResults, type RedisResultsOptions } from './redis-results.ts'

let server: RedisServer
const opened: ResultStore[] = []

beforeAll(async () => {
  server = await startRedis()
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()))
  await server.connect().flushall()
})
afterAll(() => server.stop())

function createStore(options: Partial<RedisResultsOptions> = {}): ResultStore {
  const store = createRedisResults({ url: server.url, runtime: createRuntime(), ...options })
  opened.push(store)
  return store
}

async function opener(options: Partial<RedisResultsOptions> = {}): Promise<ResultStore> {
  const store = createStore(options)
  await store.open()
  return store
}

const close = (store: ResultStore) => store.close()
exerciseResults('redis', { open: () => opener(), close })
exerciseResults('redis, prefixed', { open: () => opener({ keyPrefix: 'team*[a]' }), close })
exerciseResults('redis, compressed', { open: () => opener({ compression: 'gzip' }), close })
async function withoutScripts(): Promise<ResultStore> {
  await server.connect().call('ACL', 'SETUSER', 'plain', 'on', '>secret', '~*', '&*', '+@all', '-@scripting')
  return opener({ url: server.url.replace('redis://', 'redis://plain:secret@') })
}
exerciseResults('redis, scripts forbidden', {
  async open() {
    const store = await withoutScripts()
    // Without scripts there is a gap between looking and writing (as in Python): one write at a time.
    let last: Promise<void> = Promise.resolve()
    return { ...store, set: (...args) => (last = last.then(() => store.set(...args))) }
  },
  close,
})

async function expireClaim(_store: ResultStore, groupId: string): Promise<void> {
  await server.connect().del(`celery-taskset-meta-${groupId}.c`)
}
exerciseChords('redis', { open: () => opener(), close, expireClaim })
exerciseChords('redis, scripts forbidden', { open: withoutScripts, close, expireClaim })
exerciseChords('redis, compressed', { open: () => opener({ compression: 'gzip' }), close, expireClaim })

describe('redis results', () => {
  it('writes the key, the time and the message that Python writes', async () => {
    const redis = server.connect()
    const heard: string[] = []
    redis.on('pmessage', (_pattern, channel: string, text: string) => heard.push(`${channel} ${text}`))
    await redis.psubscribe('celery-task-meta-*')
    const store = createStore()
    await store.set(meta('a', 'SUCCESS', 6), 86_400_000)
    const text = await server.connect().get('celery-task-meta-a')
    expect(JSON.parse(text ?? '')).toEqual({ ...meta('a', 'SUCCESS', 6) })
    expect(await server.connect().ttl('celery-task-meta-a')).toBeGreaterThan(86_390)
    await waitFor(() => heard.length > 0)
    expect(heard).toEqual([`celery-task-meta-a ${text}`])
  })

  it('RES-4 says what cannot be read', async () => {
    const redis = server.connect()
    await redis.set('celery-task-meta-text', 'no JSON')
    await redis.set('celery-task-meta-array', '[1]')
    await redis.set('celery-task-meta-pickle', Buffer.from('8005957d942e', 'hex'))
    await redis.set('celery-task-meta-depth', '['.repeat(100_000))
    await redis.lpush('celery-task-meta-list', 'x')
    const bomb = deflateSync(Buffer.alloc(20_000_000))
    await redis.set(
      'celery-task-meta-bomb',
      Buffer.concat([Buffer.from('\u0000celery-compressed\u0000application/x-gzip\u0000', 'latin1'), bomb]),
    )
    const store = createStore({ maxBytes: 1_000_000 })
    const metas = await store.getMany(['text', 'array', 'pickle', 'depth', 'bomb', 'list'])
    expect(metas.map((one) => one?.status)).toEqual([...Array.from({ length: 5 }, () => 'unreadable'), undefined])
    expect(metas[0]?.result).toBe('no JSON')
    const scanned: unknown[] = []
    for await (const batch of store.scan({ limit: 100, signal: new AbortController().signal })) scanned.push(...batch)
    expect(scanned).toEqual([])
  })

  it('is read again after the server was away, and says so meanwhile', async () => {
    const store = createStore({ readyTimeoutMs: 300 })
    await store.set(meta('a', 'SUCCESS'), null)
    await server.kill()
    const error: unknown = await store.get('a').catch((thrown: unknown) => thrown)
    expect(isProblem(error, 'broker/unreachable')).toBe(true)
    await server.restart()
    await waitFor(() =>
      store.get('a').then(
        () => true,
        () => false,
      ),
    )
    await store.set(meta('b', 'SUCCESS', 'again'), null)
    expect((await store.get('b'))?.result).toBe('again')
  })

  it('RES-5 who waits hears of what was stored while the connection was away, and of what comes then', async () => {
    const proxy = await startTcpProxy(server.port)
    const store = createStore({ url: `redis://127.0.0.1:${proxy.port}/0` })
    const heard: string[] = []
    await store.subscribe(['a', 'b'], (one) => heard.push(`${one.task_id} ${one.status}`))
    proxy.hold()
    await createStore().set(meta('a', 'SUCCESS'), null)
    proxy.cut() // with the message in it
    proxy.release()
    await waitFor(() => heard.includes('a SUCCESS'))
    await store.set(meta('b', 'FAILURE'), null)
    await waitFor(() => heard.includes('b FAILURE'))
    await proxy.close()
  })

  it('RES-5 a user who may not subscribe is served by looking', async () => {
    await server.connect().call('ACL', 'SETUSER', 'deaf', 'on', '>secret', '~*', 'resetchannels', '+@all')
    const store = await opener({ url: server.url.replace('redis://', 'redis://deaf:secret@') })
    const heard: string[] = []
    const subscription = await store.subscribe(['a'], (one) => heard.push(one.status))
    await server.connect().set('celery-task-meta-a', JSON.stringify(meta('a', 'SUCCESS')))
    await waitFor(() => heard.length === 1)
    await subscription.close()
  })

  it('closing while calls are open leaves no rejection unhandled', async () => {
    const unhandled: unknown[] = []
    const remember = (reason: unknown) => unhandled.push(reason)
    process.on('unhandledRejection', remember)
    const ids = Array.from({ length: 1200 }, (_, index) => `t${index}`)
    for (let round = 0; round < 40; round++) {
      const store = createStore({ readyTimeoutMs: 500 })
      if (round % 2 === 0) await store.open()
      const calls = [
        ...ids.slice(0, 20).map((id) => store.set(meta(id, 'STARTED'), 1000)),
        store.getMany(ids),
        store.subscribe(ids, () => {}),
        store.chords?.addPart('g', { taskId: 'a', groupIndex: 0, state: 'SUCCESS', result: 1 }),
      ]
      const settled = Promise.allSettled(calls)
      for (let turn = 0; turn < round % 7; turn++) await new Promise((resolve) => setImmediate(resolve))
      await store.close()
      await settled
    }
    process.off('unhandledRejection', remember)
    expect(unhandled).toEqual([])
  })

  it('after close every call ends with an error', async () => {
    const store = await opener()
    await store.close()
    await expect(store.get('a')).rejects.toMatchObject({ code: 'broker/closed' })
  })
})
