/** `app.control` against real Python workers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CeleryWorker, startCelery } from '../../testing/celery.ts'
import { type RedisServer, startRedis } from '../../testing/redis.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { Celery } from '../celery.ts'

/** No answer takes so long; all that were asked for end the wait. */
const PATIENCE_SECONDS = 40
const ONE = { destination: ['one@test'], timeout: PATIENCE_SECONDS }
const FIRST = { limit: 1, timeout: PATIENCE_SECONDS }

let redis: RedisServer
let workers: readonly CeleryWorker[]
let app: Celery

beforeAll(async () => {
  redis = await startRedis()
  const options = { broker: redis.url, concurrency: 1 }
  workers = await Promise.all([
    startCelery({ ...options, hostname: 'one@test' }),
    startCelery({ ...options, hostname: 'two@test', queues: ['second'] }),
  ])
  app = new Celery('client', { broker: redis.url, backend: redis.url })
})

afterAll(async () => {
  await app?.close()
  // One of them sleeps.
  await Promise.all((workers ?? []).map((worker) => worker.stop('SIGKILL')))
  await redis?.stop()
})

describe('inspect', () => {
  it('gives what each node answered', async () => {
    const pings = await app.control.inspect({ timeout: PATIENCE_SECONDS, limit: 2 }).ping()
    expect(pings).toEqual({ 'one@test': { ok: 'pong' }, 'two@test': { ok: 'pong' } })
    const queues = await app.control.inspect({ timeout: PATIENCE_SECONDS, destination: 'two@test' }).activeQueues()
    expect(queues).toMatchObject({ 'two@test': [{ name: 'second', routing_key: 'second' }] })
    const registered = await app.control.inspect(ONE).registered('max_retries')
    expect(registered?.['one@test']).toContain('proj.retrying [max_retries=2]')
  })

  it('asks nodes by pattern', async () => {
    expect(await app.control.inspect({ ...FIRST, pattern: 'tw*', matcher: 'glob' }).ping()).toEqual({
      'two@test': { ok: 'pong' },
    })
    expect(await app.control.inspect({ ...FIRST, pattern: 'one@.+', matcher: 'pcre' }).clock()).toEqual({
      'one@test': { clock: expect.any(Number) },
    })
  })

  it('waits no longer than for all that were named, and gives null when nobody answers', async () => {
    const startedMs = performance.now()
    expect(await app.control.inspect({ destination: ['one@test', 'two@test'], timeout: 60 }).ping()).not.toBeNull()
    expect(performance.now() - startedMs).toBeLessThan(55_000)
    expect(await app.control.inspect({ destination: ['nobody@nowhere'], timeout: 0.2 }).ping()).toBeNull()
  })

  it('finds a task where it runs, and where it waits', async () => {
    const running = await app.sendTask('proj.sleep', [600])
    const waiting = await app.sendTask('proj.add', [1], {}, { countdown: 600 })
    const inspect = app.control.inspect(ONE)
    await waitFor(async () => {
      const found = Object((await inspect.queryTask(running.id, [waiting.id]))?.['one@test'])
      return found[running.id]?.[0] === 'active' && found[waiting.id]?.[0] === 'scheduled'
    })
    expect(await inspect.active()).toMatchObject({ 'one@test': [{ id: running.id, args: [600] }] })
    expect(await inspect.scheduled()).toMatchObject({ 'one@test': [{ request: { id: waiting.id } }] })
    await app.control.revoke(waiting.id)
    await waitFor(async () => Object(await inspect.revoked())['one@test'].includes(waiting.id))
  })
})

describe('control', () => {
  it('gives null unless replies are wanted', async () => {
    expect(await app.control.rateLimit('proj.late', '10/m')).toBeNull()
    const replies = await app.control.rateLimit('proj.late', '10/m', { ...ONE, reply: true })
    expect(replies).toEqual([{ 'one@test': { ok: 'new rate limit set successfully' } }])
  })

  it('has every command of a worker under its name', async () => {
    const one = { ...ONE, reply: true } as const
    const { control } = app
    const said = async (replies: Promise<readonly object[] | null>) => Object(await replies)[0]?.['one@test']
    expect(await said(control.ping(ONE))).toEqual({ ok: 'pong' })
    expect(await said(control.timeLimit('proj.late', { ...one, soft: 1, hard: 2 }))).toEqual({
      ok: 'time limits set successfully',
    })
    expect(await said(control.addConsumer('more', one))).toEqual({ ok: 'add consumer more' })
    expect(await said(control.cancelConsumer('more', one))).toEqual({ ok: 'no longer consuming from more' })
    expect(await said(control.enableEvents(one))).toEqual({ ok: 'task events already enabled' })
    expect(await said(control.autoscale(5, 1, one))).toEqual({ error: "ValueError('Autoscale not enabled')" })
    expect(await said(control.poolRestart(one))).toEqual({ error: "ValueError('Pool restarts not enabled')" })
    expect(await said(control.terminate('nothing', one))).toEqual({ ok: 'terminate: tasks unknown' })
    expect(await said(control.revokeByStampedHeaders({ tag: ['1'] }, one))).toMatchObject({
      ok: expect.stringMatching(/^headers .* flagged as revoked/),
    })
    expect(await said(control.heartbeat({ destination: ['one@test'], reply: true }))).toBeNull()
  })

  it('calls back with every reply, and stops at the limit', async () => {
    const seen: unknown[] = []
    const replies = await app.control.ping({ ...FIRST, callback: (reply) => void seen.push(reply) })
    expect(replies).toHaveLength(1)
    expect(seen).toEqual(replies)
  })

  it('leaves no queue of replies behind', async () => {
    expect(await app.control.ping({ limit: 2, timeout: PATIENCE_SECONDS })).toHaveLength(2)
    const client = redis.connect()
    const bindings = await client.smembers('_kombu.binding.reply.celery.pidbox')
    expect(bindings).toEqual([])
  })

  it('purges the queues of the app', async () => {
    const own = new Celery('own', { broker: redis.url, task_default_queue: 'unserved' })
    await own.sendTask('some.task')
    await own.sendTask('some.task')
    expect(await own.control.purge()).toBe(2)
    await own.close()
  })

  it('ends workers', async () => {
    await app.control.shutdown({ destination: ['two@test'] })
    await waitFor(async () => Object.keys((await app.control.inspect({ timeout: 2 }).ping()) ?? {}).length === 1)
  })
})
