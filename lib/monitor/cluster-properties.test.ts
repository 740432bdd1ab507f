import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ClusterEvent, decodeEvents } from '../protocol/events.ts'
import { taskEvent } from '../testing/events.ts'
import { type Cluster, createCluster } from './cluster.ts'
import { createEventCounters } from './event-counters.ts'
import { createMissedEvents } from './missed-events.ts'

const SOME = { maxTasks: 1_000, maxWorkers: 20, maxFieldBytes: 500 }

/** One life of a task as one worker tells it, runs ended by RETRY but the last, a second between events. */
const life = fc
  .record({ retries: fc.integer({ min: 0, max: 3 }), end: fc.constantFrom('succeeded', 'failed', 'revoked') })
  .map(({ retries, end }): readonly ClusterEvent[] => {
    const events: ClusterEvent[] = []
    let at = 100
    for (let run = 0; run <= retries; run++) {
      const plan = { name: 'proj.add', args: '(1,)', kwargs: '{}', retries: run }
      events.push(taskEvent('received', 'id', at++, plan), taskEvent('started', 'id', at++))
      events.push(taskEvent(run < retries ? 'retried' : end, 'id', at++, { exception: `E(${run})`, result: '1' }))
    }
    return events
  })

/** The same events as they may arrive: in any order, up to three times, some never. */
const arrival = life.chain((events) => {
  const copies = [...events, ...events, ...events]
  return fc.record({
    end: fc.constant(events.at(-1)),
    arrived: fc.shuffledSubarray(copies, { minLength: 1, maxLength: copies.length }),
  })
})

describe('events in any order, doubled and lost', () => {
  it('the state is the last one whenever the last event arrived, and time never goes back', () => {
    fc.assert(
      fc.property(arrival, ({ end, arrived }) => {
        const cluster = createCluster(SOME)
        let before = 0
        for (const event of arrived) {
          cluster.apply(event, 0)
          const { timestamp = 0 } = cluster.task('id') ?? {}
          expect(timestamp).toBeGreaterThanOrEqual(before)
          before = timestamp
        }
        if (end === undefined || !arrived.includes(end)) return
        const state = { 'task-succeeded': 'SUCCESS', 'task-failed': 'FAILURE', 'task-revoked': 'REVOKED' }[end.type]
        expect(cluster.task('id')).toMatchObject({ state, timestamp: end.timestamp })
      }),
      { numRuns: 300 },
    )
  })

  it('a transition is new exactly once, however often it is told', () => {
    fc.assert(
      fc.property(arrival, ({ arrived }) => {
        const cluster = createCluster(SOME)
        const ends = arrived.filter((event) => /succeeded|failed/.test(event.type))
        const counted = arrived.filter((event) => cluster.apply(event, 0)?.isNew === true && ends.includes(event))
        expect(counted).toHaveLength(ends.length === 0 ? 0 : 1)
      }),
    )
  })
})

const GOOD_EVENTS = Array.from({ length: 30 }, (_, i) => {
  const subject = ['received', 'started', 'succeeded'][i % 3] ?? ''
  return { ...taskEvent(subject, `id-${Math.floor(i / 3)}`, 1_000 + i, { args: '(1,)', name: 'proj.add' }).fields }
})

const wild = fc.oneof(fc.jsonValue(), fc.constantFrom(1e308, -1, 0, '', 'x', '__proto__', null, [], {}, true))
const name = fc.constantFrom('type', 'uuid', 'hostname', 'timestamp', 'clock', 'pid', 'args', 'name', '__proto__', 'a')
/** Not an event, or one that belongs to a task and a worker of its own. */
const garbage = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(name, wild),
  fc
    .tuple(fc.constantFrom('task-received', 'task-x', 'worker-heartbeat'), fc.dictionary(name, wild))
    .map(([type, fields]) => ({
      ...fields,
      type,
      hostname: 'bad@box',
      uuid: 'bad',
    })),
)

function feed(cluster: Cluster, body: unknown): void {
  const counters = createEventCounters({ cluster, maxSeries: 100, nowMs: () => 0 })
  const missed = createMissedEvents(10)
  const raw = JSON.stringify({
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)).toString('base64'),
    'content-type': 'application/json',
    'content-encoding': 'utf-8',
    headers: {},
    properties: {
      body_encoding: 'base64',
      delivery_tag: 'x',
      delivery_info: { exchange: 'celeryev', routing_key: '' },
    },
  })
  const apply = (event: ClusterEvent) => {
    counters.count(event, cluster.apply(event, 2_000_000))
    missed.note(event, 2_000_000)
  }
  decodeEvents(raw, 2_000, apply, () => {})
  counters.families()
}

it('garbage between good events changes nothing about the good ones', () => {
  const clean = createCluster(SOME)
  feed(clean, GOOD_EVENTS)
  fc.assert(
    fc.property(fc.array(garbage, { maxLength: 20 }), fc.array(fc.nat(29), { maxLength: 20 }), (bad, places) => {
      const mixed: unknown[] = [...GOOD_EVENTS]
      for (const [i, one] of bad.entries()) mixed.splice(places[i] ?? 0, 0, one)
      const cluster = createCluster(SOME)
      feed(cluster, mixed)
      for (const task of clean.tasks()) expect(cluster.task(task.uuid)).toEqual({ ...task, slot: expect.any(Number) })
    }),
    { numRuns: 300 },
  )
})
