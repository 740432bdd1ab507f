import { describe, expect, test } from 'vitest'
import type { Delivery } from '../lib/broker/broker.ts'
import { createMemoryBroker } from '../lib/broker/memory/memory-broker.ts'
import { Celery } from '../lib/client/celery.ts'
import { UmbelError } from '../lib/errors.ts'
import { createTaskEnvelope } from '../lib/protocol/task-message.ts'
import { createMemoryResults } from '../lib/results/memory/memory-results.ts'
import type { ResultStore } from '../lib/results/results.ts'
import { nodeCodecs } from '../lib/runtime/codecs.ts'
import { createRuntime } from '../lib/runtime/runtime.ts'
import { createEvents } from './events.ts'
import { policyOf } from './policy.ts'
import { createSettler } from './settle.ts'
import { decide } from './strategy.ts'
import type { TaskInHand } from './task-in-hand.ts'

/** A settler over real parts in memory; `done` lists what happened to the message and the store, in order. */
async function workshop(options: { failStores?: number; acksLate?: boolean; tracksStarted?: boolean } = {}) {
  const runtime = createRuntime()
  const broker = createMemoryBroker({ runtime })
  await broker.open()
  const done: string[] = []
  const memory = createMemoryResults({ runtime })
  let failures = options.failStores ?? 0
  const results: ResultStore = {
    ...memory,
    async set(meta, expiresMs) {
      if (failures-- > 0) throw new UmbelError('broker/unreachable', { url: 'redis://x', reason: 'away' })
      await memory.set(meta, expiresMs)
      done.push(`store ${meta.status}`)
    },
  }
  const app = new Celery('proj', {
    task_acks_late: options.acksLate ?? false,
    task_track_started: options.tracksStarted ?? false,
  })
  app.task('proj.add', {}, () => {})
  const settled: string[] = []
  const settler = createSettler({
    hostname: 'ts@test',
    sender: app.senderOf({ broker, runtime }, 'ts@test'),
    events: createEvents({
      broker,
      runtime,
      clock: app.clock,
      hostname: 'ts@test',
      settings: () => app.compiled,
      taskEvents: false,
    }),
    results,
    settings: () => app.compiled,
    leaseMs: () => 15_000,
    backlog: 2,
    onSettled: ({ message }) => settled.push(message.id),
  })

  function hand(id: string): TaskInHand {
    const parts = { newId: () => crypto.randomUUID(), codecs: nodeCodecs }
    const note = (what: string) => async () => {
      done.push(what)
    }
    const delivery: Delivery = {
      tag: id,
      queue: 'celery',
      raw: '',
      envelope: createTaskEnvelope({ task: 'proj.add', id, args: [1] }, parts),
      ack: note('ack'),
      reject: note('reject'),
      requeue: note('requeue'),
    }
    const decision = decide(delivery, {
      tasks: app.tasks,
      acceptContent: ['json'],
      policyOf: (task, message) => policyOf(app.conf, task, message, true, app.signals),
    })
    if (decision.type !== 'task') throw new Error(decision.type)
    return decision.hand
  }

  async function start(id: string): Promise<TaskInHand> {
    const taken = started(id)
    await taken.tail
    return taken
  }

  /** Nobody has waited for what its start writes. */
  function started(id: string): TaskInHand {
    const taken = hand(id)
    void settler.advance(taken, { type: 'received', fields: {} })
    void settler.advance(taken, { type: 'accepted', pid: 1, hostname: 'ts@test' })
    return taken
  }

  return { settler, results: memory, done, settled, start, started }
}

describe('an outcome is never dropped', () => {
  test('while the store is away it is tried again, and the message is acknowledged only then', async () => {
    const { settler, results, done, settled, start } = await workshop({ failStores: 3, acksLate: true })
    const taken = await start('a')

    await settler.advance(taken, { type: 'returned', value: 5, runtimeSeconds: 0.1 })

    expect(done).toEqual(['store SUCCESS', 'ack'])
    expect((await results.get('a'))?.result).toBe(5)
    expect(settled).toEqual(['a'])
  })

  test('a value that cannot be stored becomes an EncodeError, and the message is acknowledged once', async () => {
    const { settler, results, done, start } = await workshop({ acksLate: true })
    const taken = await start('a')

    await settler.advance(taken, { type: 'returned', value: { no: Symbol('x') }, runtimeSeconds: 0.1 })

    expect(done).toEqual(['store FAILURE', 'ack'])
    expect((await results.get('a'))?.result).toMatchObject({ exc_type: 'EncodeError', exc_module: 'kombu.exceptions' })
  })

  test('a state that a body tells of at once is written after STARTED', async () => {
    const { settler, done, started } = await workshop({ tracksStarted: true, failStores: 2 })
    const taken = started('a')

    await settler.storeState(taken, 'a', 'PROGRESS', { percent: 50 })

    expect(done).toEqual(['ack', 'store STARTED', 'store PROGRESS'])
  })

  test('an outcome that comes while the start is still being written is written after it', async () => {
    const { settler, done, settled, start } = await workshop()
    const taken = await start('a')
    const first = settler.advance(taken, { type: 'returned', value: 1, runtimeSeconds: 0 })
    const late = settler.advance(taken, { type: 'terminated', signum: 15 })

    await Promise.all([first, late])

    expect(done).toEqual(['ack', 'store SUCCESS'])
    expect(settled).toEqual(['a'])
  })
})

test('past the backlog it is full, and says when there is room', async () => {
  const { settler, start } = await workshop({ failStores: 1 })
  const [a, b] = [await start('a'), await start('b')]
  let room = 0
  settler.onRoom(() => room++)

  const ends = [a, b].map((taken) => settler.advance(taken, { type: 'returned', value: 1, runtimeSeconds: 0 }))
  expect(settler.full).toBe(true)
  await Promise.all(ends)

  expect(settler.full).toBe(false)
  expect(room).toBe(2)
})
