/** Python reads what we write, and we read what Python writes: with a real worker on a real Redis. */
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRedisResults } from '../results/redis/redis-results.ts'
import type { ResultStore } from '../results/results.ts'
import { nodeCodecs } from '../runtime/codecs.ts'
import { createRuntime } from '../runtime/runtime.ts'
import { type CeleryWorker, runPython, startCelery } from '../testing/celery.ts'
import { type RedisServer, startRedis } from '../testing/redis.ts'
import { waitFor } from '../testing/wait-for.ts'
import { createControlEnvelope, readReply } from './control.ts'
import { type ClusterEvent, decodeEvents } from './events.ts'
import { encodeException, exceptionText } from './exception-info.ts'
import { Decimal, PlainDate, Uuid } from './extended-json.ts'
import { formatEnvelope, parseEnvelope } from './message.ts'
import { createTaskEnvelope, type NewTask, readTaskMessage } from './task-message.ts'

const parts = { newId: () => crypto.randomUUID(), codecs: nodeCodecs }
let server: RedisServer
let worker: CeleryWorker
let redis: Redis
let results: ResultStore

beforeAll(async () => {
  server = await startRedis()
  worker = await startCelery({ broker: server.url, args: ['-E'] })
  redis = server.connect()
  results = createRedisResults({ url: server.url, runtime: createRuntime() })
})
afterAll(async () => {
  await results?.close()
  await worker?.stop()
  await server?.stop()
})

async function send(task: NewTask): Promise<string> {
  const id = crypto.randomUUID()
  await redis.lpush('celery', formatEnvelope(createTaskEnvelope({ ...task, id }, parts)))
  return id
}

async function ended(id: string) {
  return waitFor(async () => {
    const meta = await results.get(id)
    return meta !== null && (meta.status === 'SUCCESS' || meta.status === 'FAILURE') ? meta : null
  })
}

describe('Python reads our', () => {
  it.each([null, 'gzip'])('tasks, with every type of argument (compression %s)', async (compression) => {
    const args = [1, 2n ** 70n, 0.5, 'ü😀"', null, true, [1], new Date('2026-01-02T03:04:05.678Z'), new Decimal('1.10')]
    const kwargs = {
      day: new PlainDate('2026-01-02'),
      id: new Uuid('5'.repeat(32)),
      raw: Buffer.from([255, 0]),
      dict: { a: {} },
    }
    const id = await send({ task: 'proj.echo', args, kwargs, compression })
    const meta = await ended(id)
    expect(meta.status).toBe('SUCCESS')
    expect(meta.result).toEqual([args, { ...kwargs, raw: expect.anything() }])
    expect(meta).toMatchObject({ name: 'proj.echo', worker: 'py@test', queue: 'celery' })
  })

  it('tasks that fail, and we read the failure', async () => {
    const meta = await ended(await send({ task: 'proj.fail', args: ["it's\n"] }))
    expect(exceptionText(meta.result)).toBe(`ValueError("it's\\n")`)
    expect(meta.traceback).toContain('ValueError')
  })

  it('eta, limits, links, shadow and stamps', async () => {
    const link = {
      task: 'proj.add',
      args: [10],
      kwargs: {},
      options: { task_id: 'linked' },
      subtask_type: null,
      immutable: false,
    }
    const eta = new Date(Date.now() + 300).toISOString()
    const timelimit = [60, 50] as const
    const stamps = { stampedHeaders: ['mid'], stamps: { mid: 'm1' } }
    const id = await send({
      task: 'proj.add',
      args: [1],
      kwargs: { y: 2 },
      eta,
      timelimit,
      callbacks: [link],
      shadow: 'shown',
      ...stamps,
    })
    expect((await ended('linked')).result).toBe(13)
    expect(await ended(id)).toMatchObject({ result: 3, mid: 'm1' })
  })

  it('results', async () => {
    const base = { traceback: null, children: [], date_done: '2026-11-21T01:40:42+00:00' }
    await results.set(
      { ...base, task_id: 'ours', status: 'SUCCESS', result: [1n, new Decimal('1.10'), Buffer.from('x')] },
      null,
    )
    await results.set(
      { ...base, task_id: 'failed', status: 'FAILURE', result: encodeException(new TypeError('no')) },
      null,
    )
    const program = `
from proj import app
print(repr(app.AsyncResult("ours").get()))
try:
    app.AsyncResult("failed").get()
except TypeError as exc:
    print(repr(exc))
`
    expect(await runPython(program, { broker: server.url })).toBe("[1, Decimal('1.10'), b'x']\nTypeError('no')\n")
  })

  it('control messages, and we read the replies', async () => {
    const oid = crypto.randomUUID()
    const queue = `${oid}.reply.celery.pidbox`
    await redis.sadd('_kombu.binding.reply.celery.pidbox', `${oid}\x06\x16\x06\x16${queue}`)
    const replyTo = { exchange: 'reply.celery.pidbox', routing_key: oid }
    const request = createControlEnvelope({
      method: 'ping',
      pattern: 'py@*',
      matcher: 'glob',
      ticket: 't',
      replyTo,
      newId: parts.newId,
    })
    await redis.publish('/0.celery.pidbox', formatEnvelope(request))
    const raw = await waitFor(() => redis.rpop(queue))
    const reply = parseEnvelope(raw)
    expect(reply.ok && readReply(reply.value)).toMatchObject({
      ok: true,
      value: { worker: 'py@test', reply: { ok: 'pong' }, ticket: 't' },
    })
  })
})

describe('we read Python’s', () => {
  it('tasks, and Python runs them when we send them on', async () => {
    const program = `
import datetime, decimal
from proj import echo
echo.apply_async((datetime.datetime(2026, 1, 2, 3, 4, 5, 6), decimal.Decimal("1.1"), b"\\xff", 10**30, float("nan")),
                 {"k": "ü"}, queue="other", compression="zlib", priority=4, expires=60)
`
    await runPython(program, { broker: server.url })
    const raw = (await redis.lpop('other\x06\x163')) ?? ''
    const envelope = parseEnvelope(raw)
    if (!envelope.ok) throw new Error(envelope.detail)
    const message = readTaskMessage(envelope.value, { codecs: nodeCodecs })
    if (!message.ok) throw new Error(message.detail)
    const { args, kwargs, priority } = message.value
    expect(message.value).toMatchObject({ task: 'proj.echo', kwargs: { k: 'ü' }, priority: 4 })
    expect(args).toEqual([
      new Date('2026-01-02T03:04:05Z'),
      new Decimal('1.1'),
      expect.anything(),
      10n ** 30n,
      Number.NaN,
    ])
    const meta = await ended(await send({ task: 'proj.echo', args, kwargs, priority }))
    expect(meta.result).toEqual([args, kwargs])
    const shown = await runPython(`from proj import app; print(repr(app.AsyncResult("${meta.task_id}").get()[0][0]))`, {
      broker: server.url,
    })
    expect(shown).toBe('datetime.datetime(2026, 1, 2, 3, 4, 5, 6)\n')
  })

  it('events of a task', async () => {
    const events: ClusterEvent[] = []
    const bad: string[] = []
    const listener = server.connect()
    listener.on('pmessage', (_pattern, _channel, raw: string) => {
      decodeEvents(
        raw,
        Date.now() / 1000,
        (event) => events.push(event),
        (why) => bad.push(why),
      )
    })
    await listener.psubscribe('/0.celeryev/*')
    const id = await send({ task: 'proj.progress', args: [1] })
    const types = () => events.filter((event) => event.uuid === id).map((event) => event.type)
    await waitFor(() => types().includes('task-succeeded'))
    expect(types().sort()).toEqual(['task-progress', 'task-received', 'task-started', 'task-succeeded'])
    expect(bad).toEqual([])
  })
})
