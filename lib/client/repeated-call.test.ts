import { expect, test } from 'vitest'
import { createMemoryBroker } from '../broker/memory/memory-broker.ts'
import type { Envelope } from '../protocol/envelope.ts'
import { formatEnvelope } from '../protocol/message.ts'
import { createMemoryResults } from '../results/memory/memory-results.ts'
import { createRuntime } from '../runtime/runtime.ts'
import type { CallOptions } from './call-options.ts'
import { Celery } from './celery.ts'
import { createRepeatedCalls } from './repeated-call.ts'
import { prepareTask } from './send.ts'

const T0 = Date.parse('2026-01-01T12:00:00Z')

async function connected(settings: Record<string, unknown> = {}) {
  const real = createRuntime()
  const runtime = { ...real, clock: { ...real.clock, nowMs: () => T0 } }
  const broker = createMemoryBroker({ runtime })
  await broker.open()
  const app = new Celery('proj', settings)
  app.task('known', { priority: 4, expires: 90, queue: 'own' }, () => {})
  app.attach({ broker, results: createMemoryResults({ runtime }), runtime })
  const sender = app.senderOf({ broker, runtime })
  return { app, sender, repeat: createRepeatedCalls(sender) }
}
/** The text, with its ids told apart by which they are and not by what they are. */
function textOf(envelope: Envelope): string {
  const { id } = envelope.headers
  const { delivery_tag: tag } = envelope.properties
  return formatEnvelope(envelope).replaceAll(String(id), 'the id').replaceAll(tag, 'the tag')
}

test.each<[string, string, Record<string, unknown>, CallOptions]>([
  ['nothing but arguments', 'any', {}, {}],
  ['a queue, a priority, headers', 'any', {}, { queue: 'q', priority: 6, headers: { tenant: 'a', list: [1, 2.5] } }],
  ['a countdown and an end, in a zone', 'any', { timezone: 'Asia/Kolkata' }, { countdown: 30, expires: 60.5 }],
  ['options of its task', 'known', { task_time_limit: 9 }, { timeLimit: 5 }],
  ['a route', 'any', { task_routes: { any: { queue: 'routed', priority: 1 } } }, {}],
  ['compression', 'any', { task_compression: 'gzip' }, {}],
  ['ids of its root, texts of its arguments', 'any', {}, { rootId: 'root', argsrepr: '(…)', shadow: 'other "name"' }],
])('a repeated call with %s is what a single one is, byte by byte', async (_, name, settings, options) => {
  const { sender, repeat } = await connected(settings)
  for (const [args, kwargs] of [
    [[], {}],
    [[1, 'two ☂ "', [null, true]], { a: { b: 1.5 } }],
  ] as const) {
    const call = { name, args, kwargs, options }
    const single = await prepareTask(sender, call)
    const repeated = repeat(call)
    const [first, second] = [repeated?.prepare(), repeated?.prepare()]
    if (!first || !second) throw new Error('it is not the same each time')

    for (const one of [first, second]) {
      expect(textOf(one.envelope)).toBe(textOf(single.envelope))
      expect(JSON.parse(formatEnvelope(one.envelope))).toEqual({ ...one.envelope })
      expect(one.queue).toBe(single.queue)
    }
    expect(first.id).not.toBe(second.id)
    expect(first.envelope.properties.delivery_tag).not.toBe(second.envelope.properties.delivery_tag)
    // A copy that was changed is not what was written.
    expect(formatEnvelope({ ...first.envelope, headers: {} })).toContain('"headers":{}')
  }
})

test.each<[string, Record<string, unknown>, CallOptions]>([
  ['an id of its own', {}, { taskId: 'one' }],
  ['a time', {}, { eta: new Date(T0) }],
  ['an end that is a time', {}, { expires: new Date(T0) }],
  ['an exchange', {}, { exchange: 'x', routingKey: 'k', exchangeType: 'topic' }],
  ['a function that routes', { task_routes: () => ({ queue: 'q' }) }, {}],
  ['protocol 1', { task_protocol: 1 }, {}],
])('a call with %s is made anew each time', async (_, settings, options) => {
  const { repeat } = await connected(settings)

  expect(repeat({ name: 'any', args: [], kwargs: {}, options })).toBeNull()
})

test('a listener sees each message; a changed setting counts', async () => {
  const { app, repeat } = await connected()
  const call = repeat({ name: 'any', args: [], kwargs: {}, options: {} })
  expect(call?.prepare()).not.toBeNull()

  const off = app.signals.beforeTaskPublish.connect(() => {})
  expect(call?.prepare()).toBeNull()
  off()
  expect(call?.prepare()).not.toBeNull()

  app.conf.task_serializer = 'yaml'
  expect(call?.prepare()).toBeNull()
})
