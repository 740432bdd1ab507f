import { expect, test } from 'vitest'
import { createMemoryBroker } from '../broker/memory/memory-broker.ts'
import { readTaskMessage } from '../protocol/task-message.ts'
import { createMemoryResults } from '../results/memory/memory-results.ts'
import { nodeCodecs } from '../runtime/codecs.ts'
import { createRuntime } from '../runtime/runtime.ts'
import { Celery, isCelery } from './celery.ts'

async function connected(settings: Record<string, unknown> = {}) {
  const runtime = createRuntime()
  const broker = createMemoryBroker({ runtime })
  await broker.open()
  const app = new Celery('proj', settings)
  app.attach({ broker, results: createMemoryResults({ runtime }), runtime })
  const sent = async (queue: string) => {
    const [peeked] = await broker.queues.peek(queue, 0, 1)
    const envelope = JSON.parse(peeked?.raw ?? 'null')
    const message = readTaskMessage(envelope, { codecs: nodeCodecs })
    if (!message.ok) throw new Error(message.detail)
    return { ...message.value, properties: envelope.properties }
  }
  return { app, broker, sent }
}

test('an unknown setting names the nearest one, a wrong value what was expected', () => {
  expect(() => new Celery('x', { task_ack_late: true })).toThrow('did you mean task_acks_late?')
  expect(() => new Celery('x', { worker_prefetch_multiplier: -1 })).toThrow(
    'worker_prefetch_multiplier: expected a whole number, 0 or more, got "-1"',
  )
  expect(() => new Celery('x', { broker: 5 as never })).toThrow('broker_url')
})

test('old upper-case names count in the constructor too, beside the short ones, but not mixed with new names', () => {
  const old = { CELERY_ACKS_LATE: true, CELERYD_CONCURRENCY: 3 }

  expect(new Celery('x', { BROKER_URL: 'redis://old' }).conf.broker_url).toBe('redis://old')
  expect(new Celery('x', { broker: 'redis://new', ...old }).conf).toMatchObject({
    broker_url: 'redis://new',
    task_acks_late: true,
    worker_concurrency: 3,
  })
  expect(() => new Celery('x', { BROKER_URL: 'redis://old', task_acks_late: true })).toThrow('BROKER_URL -> broker_url')
})

test('a bound task that is called as a function says how it is called', () => {
  const bound = new Celery('x').task('x.bound', { bind: true }, (self) => self.request.id)

  expect(() => bound()).toThrow('x.bound is bound to its task: call it with apply(), delay() or applyAsync()')
})

test('settings of Celery that mean nothing here are taken', () => {
  const app = new Celery('x', { worker_log_format: '%(message)s', mongodb_backend_settings: {} })

  expect(app.given.has('worker_log_format')).toBe(true)
})

test('conf may be written, and is checked', () => {
  const app = new Celery('x')
  app.conf.task_routes = { 'a.*': 'a' }

  expect(app.router({ name: 'a.b', args: [], kwargs: {}, options: {} })).toEqual({ queue: 'a' })
  expect(() => {
    app.conf.timezone = 5 as never
  }).toThrow('timezone')
  expect(app.conf.timezone).toBeNull()
})

test('a task goes to the queue of its call, its own, its route, or the default one, in this order', async () => {
  const { app, broker } = await connected({ task_routes: { 'r.*': 'routed' }, task_default_queue: 'rest' })
  const own = app.task('r.own', { queue: 'own' }, () => {})
  const routed = app.task('r.routed', {}, () => {})
  const plain = app.task('plain', {}, () => {})

  await own.applyAsync([], {}, { queue: 'call' })
  await own.delay()
  await routed.delay()
  await plain.delay()

  const lengths = await broker.queues.lengths(['call', 'own', 'routed', 'rest'])
  expect(lengths.map(({ waiting }) => waiting)).toEqual([1, 1, 1, 1])
})

test('the message has what a Python worker reads', async () => {
  const { app, sent } = await connected()
  const add = app.task('proj.add', { params: ['x', 'y'], timeLimit: 30 }, (x: number, y = 1) => x + y)

  const before = Date.now()
  const { id } = await add.applyAsync([2], { y: 3 }, { countdown: 60, expires: 120, priority: 3, headers: { mine: 1 } })

  const message = await sent('celery')
  expect(message).toMatchObject({
    task: 'proj.add',
    id,
    args: [2],
    kwargs: { y: 3 },
    rootId: id,
    parentId: null,
    retries: 0,
    timelimit: [30, null],
    argsrepr: '(2,)',
    kwargsrepr: "{'y': 3}",
    origin: expect.stringMatching(/^gen\d+@/),
    correlationId: id,
    priority: 3,
    headers: { lang: 'js', mine: 1 },
  })
  expect(Date.parse(message.eta ?? '')).toBeGreaterThanOrEqual(before + 60_000)
  expect(Number(message.properties.expiration)).toBe(120_000)
})

test('arguments that do not fit are refused before anything is sent', async () => {
  const { app, broker } = await connected()
  const add = app.task('proj.add', { params: ['x', 'y'] }, (x: number, y: number) => x + y)

  await expect(add.applyAsync([1])).rejects.toThrow("add() missing 1 required positional argument: 'y'")

  expect((await broker.queues.lengths(['celery']))[0]?.waiting).toBe(0)
})

test('a task is a function, with the types of the one it was made from', async () => {
  const { app } = await connected()
  const add = app.task('proj.add', { params: ['x', 'y'] }, (x: number, y = 1) => x + y)

  const sum: number = add(2, 3)

  expect(sum).toBe(5)
  expect(add.s(1, 2)).toEqual({
    task: 'proj.add',
    args: [1, 2],
    kwargs: {},
    options: {},
    subtask_type: null,
    immutable: false,
  })
})

test('an app is told by what it can do', () => {
  expect(isCelery(new Celery('x'))).toBe(true)
  expect(isCelery({ name: 'x', conf: {} })).toBe(false)
  expect(isCelery(null)).toBe(false)
})

test('without a broker, the error says where to name one', async () => {
  const app = new Celery('x')

  await expect(app.sendTask('a')).rejects.toThrow('broker_url: expected the URL of a broker')
})

test('options may be left out', async () => {
  const { app, sent } = await connected()
  const add = app.task('proj.add', (x: number, y: number) => x + y)

  const { id } = await add.delay(1, 2)

  expect(await sent('celery')).toMatchObject({ id, task: 'proj.add', args: [1, 2] })
})

test('typing: false leaves the check to the worker', async () => {
  const { app, broker } = await connected()
  const add = app.task('proj.add', { params: ['x', 'y'], typing: false }, (x: number, y: number) => x + y)

  await add.applyAsync([1])

  expect((await broker.queues.lengths(['celery']))[0]?.waiting).toBe(1)
})

test('a result that is not stored is null at once', async () => {
  const { app } = await connected({ task_ignore_result: true })
  const deaf = app.task('proj.deaf', {}, () => 1)
  const heard = app.task('proj.heard', { ignoreResult: false }, () => 1)

  expect(await (await deaf.delay()).get({ timeout: 1 })).toBeNull()
  expect(await (await app.sendTask('proj.unknown', [], {}, { ignoreResult: true })).get({ timeout: 1 })).toBeNull()
  await expect((await heard.delay()).get({ timeout: 0 })).rejects.toThrow('timed out')
  await expect((await app.sendTask('proj.unknown')).get({ timeout: 0 })).rejects.toThrow('timed out')
})
