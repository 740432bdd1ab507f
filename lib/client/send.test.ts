import { afterEach, describe, expect, test } from 'vitest'
import { createMemoryBroker } from '../broker/memory/memory-broker.ts'
import type { Envelope } from '../protocol/envelope.ts'
import { readTaskMessage } from '../protocol/task-message.ts'
import { createMemoryResults } from '../results/memory/memory-results.ts'
import { nodeCodecs } from '../runtime/codecs.ts'
import { createRuntime } from '../runtime/runtime.ts'
import { Celery } from './celery.ts'
import { type CurrentTask, runAs } from './current-task.ts'
import { pauseBefore } from './publish-task.ts'

const open: Celery[] = []
afterEach(() => Promise.all(open.splice(0).map((app) => app.close())))

async function connected(settings: Record<string, unknown> = {}) {
  const runtime = createRuntime()
  const broker = createMemoryBroker({ runtime })
  await broker.open()
  const app = new Celery('proj', settings)
  open.push(app)
  app.attach({ broker, results: createMemoryResults({ runtime }), runtime })
  /** The oldest message of a queue. */
  async function first(queue = 'celery') {
    const [peeked] = await broker.queues.peek(queue, 0, 1)
    const envelope: Envelope = JSON.parse(peeked?.raw ?? 'null')
    const message = readTaskMessage(envelope, { codecs: nodeCodecs })
    if (!message.ok) throw new Error(message.detail)
    await broker.queues.purge(queue)
    return { ...message.value, properties: envelope.properties }
  }
  const waiting = async (queue: string) => (await broker.queues.lengths([queue]))[0]?.waiting
  return { app, broker, runtime, first, waiting }
}

describe('options', () => {
  test('null of a call clears what the task says, undefined does not', async () => {
    const { app, first } = await connected({ task_time_limit: 99 })
    const task = app.task('t', { timeLimit: 5, softTimeLimit: 4, expires: 60, queue: 'q' }, () => {})

    await task.applyAsync([], {}, { timeLimit: null, expires: null, queue: null, softTimeLimit: undefined })

    expect(await first()).toMatchObject({ timelimit: [null, 4], expires: null })
  })

  test('of a route are below those of the task, and both below those of the call', async () => {
    const { app, first } = await connected({ task_routes: { t: { queue: 'routed', priority: 1, serializer: 'json' } } })
    const task = app.task('t', { priority: 2 }, () => {})

    await task.delay()
    expect((await first('routed')).priority).toBe(2)
    await task.applyAsync([], {}, { priority: 3, queue: 'mine' })
    expect((await first('mine')).priority).toBe(3)
  })

  test('what a task that is not registered here has for limits, its worker knows', async () => {
    const { app, first } = await connected({ task_time_limit: 9, task_ignore_result: true })
    app.task('known', {}, () => {})

    await app.sendTask('known')
    expect(await first()).toMatchObject({ timelimit: [9, null], ignoreResult: true })
    await app.sendTask('unknown')
    expect(await first()).toMatchObject({ timelimit: [null, null], ignoreResult: null })
  })

  test('arguments and times that cannot be are refused in the words of Celery', async () => {
    const { app } = await connected()

    await expect(app.sendTask('t', 'abc' as never)).rejects.toThrow('task args must be a list or tuple')
    await expect(app.sendTask('t', [], [1] as never)).rejects.toThrow('task keyword arguments must be a mapping')
    await expect(app.sendTask('t', [], {}, { countdown: -3e9 })).rejects.toThrow(
      'countdown is out of range: -3000000000',
    )
    await expect(app.sendTask('t', [], {}, { countdown: Number.NaN })).rejects.toThrow('countdown is out of range: NaN')
    await expect(app.sendTask('t', [], {}, { eta: 'soon' })).rejects.toThrow('eta is no time: soon')
    await expect(app.sendTask('t', [], {}, { expires: new Date(Number.NaN) })).rejects.toThrow('expires is no time')
    await expect(app.sendTask('')).rejects.toThrow('the name of a task must be a text')
    await expect(app.sendTask('t', [() => 1])).rejects.toThrow('The message is invalid: a function cannot be sent')
  })

  test('a soft limit above the hard one is refused', async () => {
    const { app } = await connected()
    const task = app.task('t', { timeLimit: 1, softTimeLimit: 2 }, () => {})

    await expect(task.delay()).rejects.toThrow('soft_time_limit must be less than or equal to time_limit')
  })

  test('shadowName names the call', async () => {
    const { app, first } = await connected()
    const task = app.task('t', { shadowName: (args) => `t of ${args[0]}` }, (_x: number) => {})

    await task.delay(3)

    expect((await first()).shadow).toBe('t of 3')
  })
})

test('a queue that is not declared is refused where the settings say so', async () => {
  const { app } = await connected({ task_create_missing_queues: false, task_queues: ['celery', 'known'] })

  await expect(app.sendTask('t', [], {}, { queue: 'zz' })).rejects.toThrow("Queue 'zz' missing from task_queues")
  await app.sendTask('t', [], {}, { queue: 'known' })

  const { app: withoutDefault } = await connected({ task_create_missing_queues: false, task_queues: ['known'] })
  await withoutDefault.sendTask('t', [], {}, { queue: 'known' })
  await expect(withoutDefault.sendTask('t')).rejects.toThrow("Queue 'celery' missing from task_queues")
})

test('a changed setting, or a task registered anew, counts from the next call on', async () => {
  const { app, waiting } = await connected()
  await app.sendTask('t')
  app.conf.task_routes = { t: 'second' }
  await app.sendTask('t')
  app.task('t', { queue: 'third' }, () => {})
  await app.sendTask('t')

  expect(await Promise.all(['celery', 'second', 'third'].map(waiting))).toEqual([1, 1, 1])
})

test('a topic exchange spreads a message over its queues, each copy with a tag of its own', async () => {
  const { app, broker, waiting } = await connected({
    task_queues: {
      all: { exchange: 'media', exchange_type: 'topic', routing_key: '#' },
      raw: { exchange: 'media', exchange_type: 'topic', routing_key: '*.raw' },
    },
  })
  const { bindings } = broker
  for (const { exchange, routingKey, name } of app.queues.declared) {
    await bindings.bind(exchange, routingKey, name, null, 'topic')
  }

  await app.sendTask('t', [], {}, { exchange: 'media', routingKey: 'video.raw' })

  expect(await Promise.all(['all', 'raw'].map(waiting))).toEqual([1, 1])
  const tags = await Promise.all(
    ['all', 'raw'].map(async (queue) => {
      const [peeked] = await broker.queues.peek(queue, 0, 1)
      return JSON.parse(peeked?.raw ?? '').properties.delivery_tag
    }),
  )
  expect(new Set(tags).size).toBe(2)
})

describe('from inside a task', () => {
  const parent = (over: Partial<CurrentTask> = {}): CurrentTask => ({
    id: 'p',
    rootId: 'r',
    priority: 7,
    sender: null,
    children: [],
    ...over,
  })

  test('root, parent and, where wanted, the priority come from it', async () => {
    const { app, first } = await connected({ task_inherit_parent_priority: true })
    const task = parent()

    const { id } = await runAs(task, () => app.sendTask('t'))

    expect(await first()).toMatchObject({ rootId: 'r', parentId: 'p', priority: 7 })
    expect(task.children).toEqual([id])
  })

  test('what is given wins, and addToParent: false keeps it off the list', async () => {
    const { app, first } = await connected()
    const task = parent({ rootId: null })

    await runAs(task, () => app.sendTask('t', [], {}, { parentId: 'other', addToParent: false }))

    expect(await first()).toMatchObject({ rootId: 'p', parentId: 'other', priority: 0 })
    expect(task.children).toEqual([])
  })
})

describe('signals', () => {
  test('listeners of beforeTaskPublish may change headers, properties and arguments, not those of the caller', async () => {
    const { app, first } = await connected()
    const after: unknown[] = []
    app.signals.beforeTaskPublish.connect(async ({ headers, properties, body, sender, routingKey, declare }) => {
      headers['trace'] = `${sender} to ${routingKey} (${declare})`
      properties['app_id'] = 'shop'
      Object.assign(Array.isArray(body) ? Object(body[1]) : {}, { added: true })
    })
    app.signals.afterTaskPublish.connect(({ headers }) => after.push(headers['trace']))
    const kwargs = { k: 1 }

    await app.sendTask('t', [1], kwargs)

    const message = await first()
    expect(message).toMatchObject({
      args: [1],
      kwargs: { k: 1, added: true },
      headers: { trace: 't to celery (celery)' },
    })
    expect(message.properties).toMatchObject({ app_id: 'shop', correlation_id: message.id })
    expect(kwargs).toEqual({ k: 1 })
    expect(after).toEqual(['t to celery (celery)'])
  })

  test('in protocol 1 the body is its object', async () => {
    const { app, first } = await connected({ task_protocol: 1 })
    app.signals.beforeTaskPublish.connect(({ body }) => Object.assign(Object(body), { retries: 2 }))

    await app.sendTask('t', [1], {}, { taskId: 'i' })

    expect(await first()).toMatchObject({ protocol: 1, task: 't', id: 'i', args: [1], retries: 2 })
  })
})

describe('pauses between tries', () => {
  const policy = { maxRetries: 3, intervalStart: 0, intervalStep: 0.2, intervalMax: 1 }

  test.each([
    ['the first is at once', 0, policy, 0, 0],
    ['they grow', 2, policy, 10, 400],
    ['up to a bound', 20, { ...policy, maxRetries: 30 }, 10, 1000],
    ['no more than allowed', 3, policy, 10, null],
    ['none where the broker itself has waited longer', 0, policy, 4000, null],
    ['without end', 50, { ...policy, maxRetries: null }, 60_000, 1000],
    ['one try', 0, null, 0, null],
  ])('%s', (_, tries, retry, elapsedMs, pauseMs) => {
    const pause = pauseBefore(tries, retry, elapsedMs)
    expect(pause === null ? null : Math.round(pause)).toBe(pauseMs)
  })
})
