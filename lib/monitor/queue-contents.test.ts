/** What is in a queue, told from its messages and from what workers hold. */
import { beforeEach, expect, it } from 'vitest'
import type { Broker } from '../broker/broker.ts'
import { createMemoryBroker, createMemoryBus } from '../broker/memory/memory-broker.ts'
import { isProblem } from '../errors.ts'
import { createMemoryHistory } from '../history/memory/memory-history.ts'
import { nodeCodecs } from '../runtime/codecs.ts'
import { createRuntime, type Runtime } from '../runtime/runtime.ts'
import { taskEvent } from '../testing/events.ts'
import { createHandClock, type HandClock } from '../testing/hand-clock.ts'
import { sampleEnvelope } from '../testing/sample-envelope.ts'
import { createCluster } from './cluster.ts'
import type { WorkerAnswers } from './contracts.ts'
import type { InspectorService } from './inspector.ts'
import { peekQueue } from './peek.ts'
import { readClasses } from './queue-classes.ts'
import { createQueuePoller } from './queue-poller.ts'
import { readScheduled } from './queue-scheduled.ts'
import { MONITOR_DEFAULTS } from './settings.ts'

let clock: HandClock
let runtime: Runtime
let broker: Broker
beforeEach(async () => {
  clock = createHandClock()
  runtime = createRuntime({ clock })
  broker = createMemoryBroker({ runtime, bus: createMemoryBus() })
  await broker.open()
})

const named = (n: number, task: string) => {
  const envelope = sampleEnvelope(n)
  return { ...envelope, headers: { ...envelope.headers, task } }
}
const nowMs = () => clock.nowMs()

it('counts what waits by its kind, the most frequent first', async () => {
  for (const [n, task] of ['a.x', 'b.y', 'b.y', 'b.y'].entries()) await broker.publish('q', named(n, task))
  const { classes, total, scanned } = await readClasses(broker, 'q', nowMs)

  expect([total, scanned]).toEqual([4, 4])
  expect(classes.map(({ task, count, first }) => [task, count, first])).toEqual([
    ['b.y', 3, 1],
    ['a.x', 1, 0],
  ])
})

it('finds the messages that contain a text, and says in how many it looked', async () => {
  for (let n = 0; n < 30; n++) await broker.publish('q', named(n, n % 10 === 0 ? 'mail.Send' : 'other'))
  const find = (offset: number) =>
    peekQueue(broker, nodeCodecs, { queue: 'q', offset, limit: 2, text: 'mail.send' }, nowMs, { sentMs: () => 5 })
  const { filtered, messages, total } = await find(0)

  expect({ filtered, total }).toEqual({ filtered: { scanned: 30, found: 3 }, total: 30 })
  expect(messages.map(({ position, sentMs }) => [position, sentMs])).toEqual([
    [0, 5],
    [10, 5],
  ])
  expect((await find(2)).messages.map(({ position }) => position)).toEqual([20])
  expect((await peekQueue(broker, nodeCodecs, { queue: 'q', offset: 0, limit: 2 }, nowMs)).filtered).toBeNull()
})

it('is refused where the broker cannot look into queues', async () => {
  const blind = { ...broker, supports: { ...broker.supports, peek: false } }
  await expect(readClasses(blind, 'q', nowMs)).rejects.toSatisfy((error) => isProblem(error, 'queue/unknown'))
})

it('lists the tasks of a queue that workers hold for later, the next to run first', async () => {
  const held = (id: string, eta: string, info: object) => ({ eta, request: { id, name: 'a.x', delivery_info: info } })
  const queues = [{ name: 'high', exchange: { name: 'work' }, routing_key: 'urgent' }, { name: 'low' }]
  const answers: Record<string, WorkerAnswers> = {
    w1: {
      active_queues: { atMs: 1, value: queues },
      scheduled: {
        atMs: 10,
        value: [
          held('late', '2026-11-21T15:00:00+00:00', { exchange: 'work', routing_key: 'urgent' }),
          held('other', '2026-11-21T14:00:00+00:00', { exchange: '', routing_key: 'low' }),
        ],
      },
    },
    w2: {
      scheduled: {
        atMs: 20,
        value: [held('soon', '2026-11-21T14:30:00+00:00', { exchange: '', routing_key: 'high' })],
      },
    },
  }
  const deps = {
    cluster: { workers: () => Object.keys(answers).map((name) => ({ name, online: true })), task: () => undefined },
    inspector: { answers: (name: string) => answers[name] ?? {}, ask: async () => [] },
  } as unknown as Parameters<typeof readScheduled>[0] // what it asks of both
  const { tasks, total, asOfMs } = await readScheduled(deps, 'high')

  expect(tasks.map(({ id, worker }) => [id, worker])).toEqual([
    ['soon', 'w2'],
    ['late', 'w1'],
  ])
  expect([total, asOfMs]).toEqual([2, 10])
})

it('knows since when the oldest message waits: as its sending told, else since it was first seen', async () => {
  const cluster = createCluster(MONITOR_DEFAULTS)
  const inspector = { known: () => [], answers: () => ({}) } as unknown as InspectorService // no worker is there
  const history = createMemoryHistory({ runtime, maxSeries: 10 })
  const settings = { ...MONITOR_DEFAULTS, queues: ['q'] }
  const poller = createQueuePoller({ runtime, broker, cluster, inspector, history, settings })
  const envelope = sampleEnvelope(1)
  await poller.poll()
  expect(poller.oldest('q')).toBeNull()

  await broker.publish('q', envelope)
  const startMs = clock.nowMs()
  await poller.poll()
  expect(poller.oldest('q')).toEqual({ sinceMs: startMs, how: 'reckoned' })
  const sentMs = startMs - 60_000
  cluster.apply(taskEvent('sent', String(envelope.headers['id']), sentMs / 1_000, { queue: 'q' }), startMs)
  await poller.poll()
  expect(poller.oldest('q')).toEqual({ sinceMs: sentMs, how: 'told' })

  await broker.queues.purge('q')
  await poller.poll()
  expect(poller.oldest('q')).toBeNull()
})

it('reads the queues as soon as the broker has come, not at the next round', async () => {
  const late = createMemoryBroker({ runtime, bus: createMemoryBus() })
  const cluster = createCluster(MONITOR_DEFAULTS)
  const inspector = { known: () => [], answers: () => ({}) } as unknown as InspectorService // no worker is there
  const history = createMemoryHistory({ runtime, maxSeries: 10 })
  const settings = { ...MONITOR_DEFAULTS, queues: ['q'] }
  const poller = createQueuePoller({ runtime, broker: late, cluster, inspector, history, settings })
  await poller.start(new AbortController().signal)
  await expect.poll(() => poller.latest().error, { timeout: 20_000 }).not.toBeNull()

  await late.open()

  await expect.poll(() => poller.latest().error, { timeout: 20_000 }).toBeNull()
  expect(poller.latest().rows.map(({ name, waiting }) => [name, waiting])).toEqual([['q', 0]])
  await poller.stop()
})
