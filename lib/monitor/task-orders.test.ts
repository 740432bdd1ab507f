import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { taskEvent } from '../testing/events.ts'
import { runAtOnce } from './block-tests.ts'
import { type Cluster, createCluster } from './cluster.ts'
import { slotSorting } from './task-order.ts'
import { createTaskOrders, type OrderedRows, type TaskOrders } from './task-orders.ts'

type Order = Parameters<TaskOrders['sorted']>[1]

const NOW_MS = 2_000_000
const ORDERS: readonly Order[] = [
  '-received',
  'name',
  '-started',
  { flower: 'name', descending: false },
  { flower: 'started', descending: true },
  { flower: 'timestamp', descending: true },
]

function clusterOf(tasks: number): Cluster {
  const cluster = createCluster({ maxTasks: tasks + 10, maxWorkers: 5, maxFieldBytes: 500 })
  for (let i = 0; i < tasks; i++) {
    const uuid = `${i % 3 === 0 ? 'same-beginning-' : ''}${(i * 7919) % 1000}`
    cluster.apply(taskEvent('received', uuid, 1 + (i % 50), { name: `n${i % 7}` }), NOW_MS)
  }
  return cluster
}

const change = fc.record({
  id: fc.oneof(
    fc.nat(999).map(String),
    fc.nat(20).map((id) => `new-${id}`),
  ),
  subject: fc.constantFrom('received', 'started', 'succeeded', 'failed'),
  at: fc.integer({ min: 1, max: 1_999 }),
  name: fc.constantFrom('n3', 'emails.send', 'Sync.user'),
})

type Change = typeof change extends fc.Arbitrary<infer T> ? T : never

function applyTo(cluster: Cluster, { id, subject, at, name }: Change): void {
  cluster.apply(taskEvent(subject, id, at, { name }), NOW_MS)
}

function sortedFromScratch(cluster: Cluster, order: Order): readonly number[] {
  const columns = cluster.columns()
  const { compare } = slotSorting(columns, order)
  return columns.rows.flatMap((task, slot) => (task === undefined ? [] : [slot])).sort(compare)
}

function slotsOf({ rows, isReversed }: OrderedRows): readonly number[] {
  return isReversed ? [...rows].reverse() : [...rows]
}

describe('createTaskOrders', { timeout: 30_000 }, () => {
  it('keeps the order of many while they come, change and go', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(change, { maxLength: 40 }), { minLength: 2, maxLength: 5 }),
        fc.constantFrom(...ORDERS),
        fc.boolean(),
        (rounds, order, inSteps) => {
          const cluster = clusterOf(690)
          const orders = createTaskOrders(() => NOW_MS)
          for (const changes of rounds) {
            for (const one of changes) applyTo(cluster, one)
            const wanted = sortedFromScratch(cluster, order)
            const columns = cluster.columns()
            if (inSteps) runAtOnce(orders.prepare(columns, order))
            expect(slotsOf(orders.sorted(columns, order))).toEqual(wanted)
          }
        },
      ),
    )
  })

  it('takes in what changes while it is sorted', () => {
    const cluster = clusterOf(690)
    const orders = createTaskOrders(() => NOW_MS)
    const steps = orders.prepare(cluster.columns(), '-started')
    steps.next()
    for (let i = 0; i < 20; i++) cluster.apply(taskEvent('started', String(i), 100 + i), NOW_MS)
    const wanted = sortedFromScratch(cluster, '-started')
    runAtOnce(steps)
    expect(slotsOf(orders.sorted(cluster.columns(), '-started'))).toEqual(wanted)
  })
})
