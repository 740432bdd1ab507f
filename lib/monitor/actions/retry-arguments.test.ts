import { expect, it } from 'vitest'
import { openBroker } from '../../broker/open-broker.ts'
import { createTaskEnvelope } from '../../protocol/task-message.ts'
import type { TaskMeta } from '../../protocol/task-meta.ts'
import { createMemoryResults } from '../../results/memory/memory-results.ts'
import { nodeCodecs } from '../../runtime/codecs.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { taskEvent } from '../../testing/events.ts'
import { createCapturedMessages } from '../captured-messages.ts'
import { createCluster } from '../cluster.ts'
import { peekQueue } from '../peek.ts'
import { MONITOR_DEFAULTS } from '../settings.ts'
import { findArguments } from './retry-arguments.ts'

const ID = '0c9f1a52-6d1e-4a8a-9d0b-6d9f7a2f0001'

interface Told {
  /** The fields of its event. */
  readonly event?: Readonly<Record<string, unknown>>
  readonly meta?: Partial<TaskMeta>
  /** Somebody looked at the queue; then a worker took the message. */
  readonly seen?: boolean
  readonly waiting?: { readonly queue: string; readonly args: readonly unknown[]; readonly kwargs?: object }
}

async function find({ event, meta, waiting, seen = false }: Told) {
  const runtime = createRuntime()
  const broker = openBroker('memory://', { runtime })
  await broker.open()
  const results = createMemoryResults({ runtime })
  const cluster = createCluster(MONITOR_DEFAULTS)
  if (event !== undefined) cluster.apply(taskEvent('sent', ID, 1, { name: 'proj.add', ...event }), 1_000)
  if (meta !== undefined) {
    const empty = { result: null, traceback: null, children: null, date_done: null }
    await results.set({ task_id: ID, status: 'FAILURE', ...empty, ...meta }, null)
  }
  if (waiting !== undefined) {
    const { queue, args, kwargs = {} } = waiting
    const parts = { newId: () => 'other', codecs: nodeCodecs }
    // Its id is named by another message before it.
    await broker.publish(queue, createTaskEnvelope({ task: 'proj.parent', args: [ID], routingKey: queue }, parts))
    const message = { task: 'proj.add', id: ID, args, kwargs: { ...kwargs }, routingKey: queue }
    await broker.publish(queue, createTaskEnvelope(message, parts))
  }
  const captured = createCapturedMessages()
  if (seen && waiting !== undefined) {
    await peekQueue(broker, nodeCodecs, { queue: waiting.queue, offset: 0, limit: 10 }, () => 0, { captured })
    await broker.queues.purge(waiting.queue)
  }
  try {
    return await findArguments(ID, { broker, results, cluster, captured })
  } finally {
    await broker.close()
  }
}

it('takes them from the stored result first', async () => {
  const found = await find({
    event: { args: '(1,)', kwargs: '{}', queue: 'low' },
    meta: { name: 'proj.mul', args: [2, 'ü\n'], kwargs: { big: 2n ** 70n }, queue: 'high' },
  })
  expect(found.known).toEqual({ task: 'proj.mul', args: [2, 'ü\n'], kwargs: { big: 2n ** 70n } })
  expect(found.shown).toEqual({
    args: "[2, 'ü\\n']",
    kwargs: "{'big': 1180591620717411303424}",
    source: 'result',
    whole: true,
    why: null,
    queue: 'high',
  })
})

it('reads them where an application stored their text', async () => {
  const { known, shown } = await find({ meta: { name: 'proj.mul', args: '(2, 3)', kwargs: "{'de': None}" } })
  expect(known).toEqual({ task: 'proj.mul', args: [2, 3], kwargs: { de: null } })
  expect(shown.source).toBe('result')
})

it.each([
  { args: "('long...',)", kwargs: '{}' },
  { args: '(<object at 0x7f>,)', kwargs: '{}' },
  { args: [1], kwargs: 'none' },
  { args: null, kwargs: null },
  {},
])('goes on to the events when the result holds no whole arguments: %j', async (meta) => {
  const { known, shown } = await find({ event: { args: '(7,)', kwargs: '{}' }, meta })
  expect(known).toEqual({ task: 'proj.add', args: [7], kwargs: {} })
  expect(shown).toMatchObject({ source: 'event', whole: true, why: null })
})

it('takes them from the message as somebody saw it waiting, when it is gone', async () => {
  const long = 'x'.repeat(5_000)
  const { known, shown } = await find({
    event: { args: `('${'x'.repeat(1_000)}...',)`, kwargs: '{}', queue: 'low' },
    waiting: { queue: 'low', args: [long] },
    seen: true,
  })
  expect(known).toMatchObject({ task: 'proj.add', args: [long], kwargs: {} })
  expect(shown).toMatchObject({ source: 'message', whole: true, queue: 'low' })
})

it('takes them from the message itself while it waits, rather than from what the events show of it', async () => {
  const long = 'x'.repeat(5_000)
  const { known, shown } = await find({
    event: { args: `('${'x'.repeat(1_000)}...',)`, kwargs: '{}', queue: 'low' },
    waiting: { queue: 'low', args: [long], kwargs: { at: new Uint8Array([0, 255]) } },
  })
  expect(known).toEqual({
    task: 'proj.add',
    args: [long],
    kwargs: { at: Uint8Array.of(0, 255) },
    written: { serializer: 'application/json', compression: null },
  })
  expect(shown).toMatchObject({ source: 'message', whole: true, kwargs: "{'at': b'\\x00\\xff'}", queue: 'low' })
})

it('reads whole texts of the events: nested values, None, floats, long whole numbers', async () => {
  const { known } = await find({
    event: { args: "(1, -2.5, None, [True, {'a': ()}], 12345678901234567890)", kwargs: "{'who': 'ännä'}" },
  })
  expect(known?.args).toEqual([1, -2.5, null, [true, { a: [] }], 12345678901234567890n])
  expect(known?.kwargs).toEqual({ who: 'ännä' })
})

it.each([
  ['cut by Celery', { args: '(1, 2, ...)', kwargs: '{}' }],
  ['cut inside a text', { args: "('aaaa...',)", kwargs: '{}' }],
  ['cut inside a value of a dict', { args: '()', kwargs: "{'k': ['aaaa...']}" }],
  ['cut inside a name of a dict', { args: "({'aaaa...': 1},)", kwargs: '{}' }],
  ['cut in the middle', { args: "('aaaa", kwargs: '{}' }],
  ['an object', { args: '(<proj.Order object at 0x7f0c>,)', kwargs: '{}' }],
  ['a call', { args: '(datetime.datetime(2026, 1, 1),)', kwargs: '{}' }],
  ['two possible readings', { args: String.raw`('a\nb',)`, kwargs: '{}' }],
  ['a set', { args: '({1, 2},)', kwargs: '{}' }],
  ['not a number', { args: '(nan,)', kwargs: '{}' }],
  ['only one of the two', { args: '(1,)', kwargs: null }],
  ['empty texts', { args: '', kwargs: '' }],
])('asks, and never guesses: %s', async (_, event) => {
  const { known, shown } = await find({ event })
  expect(known).toBeNull()
  expect(shown.whole).toBe(false)
  expect(shown.why).toMatch(/Enter them/)
  // What is known is shown, so that a person can complete it.
  expect([shown.args, shown.kwargs]).toEqual([event.args || null, event.kwargs || null])
})

it('says so of a task that nobody has heard of', async () => {
  expect(await find({})).toMatchObject({ known: null, shown: { args: null, source: null, whole: false, queue: null } })
})
