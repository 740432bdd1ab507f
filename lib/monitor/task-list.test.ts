import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTaskQuery } from '../live/task-query.ts'
import { TASK_SORTS, type TaskSort } from '../live/topic.ts'
import { createRuntime } from '../runtime/runtime.ts'
import { taskEvent } from '../testing/events.ts'
import { type Cluster, createCluster } from './cluster.ts'
import { type FlowerSearch, parseFlowerSearch } from './flower-search.ts'
import { flowerTest } from './flower-test.ts'
import type { TaskRecord } from './records.ts'
import { createTaskList, type TaskSelection } from './task-list.ts'
import { matcher } from './task-search.ts'

const NOW_MS = 2_000_000
const runtime = createRuntime({ clock: { nowMs: () => NOW_MS, monotonicMs: () => 0, sleep: async () => {} } })
const ALL: TaskSelection = { filter: null, sort: '-received', offset: 0, limit: null }

const SUBJECTS = ['received', 'started', 'succeeded', 'failed', 'retried', 'progress', 'revoked']

const change = fc.record({
  task: fc.nat(40),
  subject: fc.constantFrom(...SUBJECTS),
  at: fc.integer({ min: 1, max: 1_999 }),
  worker: fc.constantFrom('w1@box', 'w2@box', 'W3@far'),
  fields: fc.record(
    {
      name: fc.constantFrom('emails.send', 'emails.Welcome', 'sync.user', 'ß.straße'),
      args: fc.constantFrom('()', "('Anna', 42)", '(7,)', "('it\\'s', 1)"),
      kwargs: fc.constantFrom('{}', "{'user': {'id': 42}, 'plan': None}", "{'user': {'id': 7}}", "{'a': 'B c'}"),
      result: fc.constantFrom("'ok'", 'None', "'Anna 42'"),
      exception: fc.constantFrom("ValueError('boom')", "KeyError('Anna')"),
      retries: fc.nat(3),
      runtime: fc.constantFrom(0.5, 2, 30),
      parent_id: fc.constantFrom('task-1', 'task-2'),
      eta: fc.constantFrom(null, '2099-01-01T00:00:00+00:00'),
    },
    { requiredKeys: [] },
  ),
})
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never

function applyTo(cluster: Cluster, { task, subject, at, worker, fields }: Change): void {
  const uuid = task % 5 === 0 ? `Odd.${task}` : `${'abcdef'[task % 6]}${task}00c0de-${task}`
  cluster.apply(taskEvent(subject, uuid, at, { ...fields, hostname: worker }), NOW_MS)
}

const ids = (rows: Iterable<TaskRecord>) => [...rows].map(({ uuid }) => uuid).sort()

const QUERIES = [
  '',
  'state:failed',
  'state:scheduled,running',
  '-state:failed,retrying worker:w1',
  'name:emails.*',
  'name:EMAILS.welcome',
  'worker:w3 -name:*user',
  'queue:none',
  'id:a6',
  'anna',
  'an*42',
  '42',
  'c0de',
  'odd.1',
  'boom',
  'error:value',
  'error:*anna*',
  'result:"Anna 42"',
  'arg:42 -args:42',
  'args.0:anna',
  "args.0:it's",
  'args.1:42,1',
  'kwargs.user.id:42',
  'kwargs.plan:none',
  'kwargs:a',
  'run:>1s',
  'run:<=2',
  'wait:<10s',
  'age:>5m -run:0.5s',
  'retries:>=1',
  'parent:task-1',
  'naem:x',
]

const FLOWER_QUERIES = [
  'anna',
  'emails.send OR boom',
  'state:success',
  '(worker:w1@box name:emails) OR result:none',
  'kwargs:plan=',
  'kwargs:a="b c"',
  'kwargs:user="{\'id\': 42}"',
  'args:anna 00c0',
  'strasse',
  'odd',
  '"anna 42"',
]

describe('select', () => {
  it('finds what a look at every record finds, by the page and by Flower, however tasks came and went', () => {
    const queries = QUERIES.map(parseTaskQuery)
    const searches = FLOWER_QUERIES.map((text): FlowerSearch => {
      const search = parseFlowerSearch(text)
      if (!search.ok) throw new Error(search.detail)
      return search.value
    })
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 30 }), { minLength: 2, maxLength: 4 }), (rounds) => {
        const cluster = createCluster({ maxTasks: 20, maxWorkers: 5, maxFieldBytes: 500 })
        const list = createTaskList(cluster, runtime)
        for (const changes of rounds) {
          for (const one of changes) applyTo(cluster, one)
          for (const [i, filter] of queries.entries()) {
            const page = list.select({ ...ALL, filter })
            expect([QUERIES[i], ids(page.rows)]).toEqual([
              QUERIES[i],
              ids([...cluster.tasks()].filter(matcher(filter, NOW_MS))),
            ])
            expect(page.matched).toBe(page.rows.length)
          }
          for (const [i, flowerSearch] of searches.entries()) {
            const found = ids(list.select({ ...ALL, flowerSearch }).rows)
            const wanted = ids([...cluster.tasks()].filter(flowerTest(flowerSearch)))
            expect([FLOWER_QUERIES[i], found]).toEqual([FLOWER_QUERIES[i], wanted])
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  it('gives any page of any order as it stands in the whole', () => {
    const sorts: TaskSelection['sort'][] = [
      ...TASK_SORTS.flatMap((key): TaskSort[] => [key, `-${key}`]),
      { flower: 'name', descending: false },
      { flower: 'timestamp', descending: true },
    ]
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 150 }),
        fc.constantFrom(...sorts),
        fc.nat(45),
        fc.nat(45),
        (changes, sort, offset, limit) => {
          const cluster = createCluster({ maxTasks: 100, maxWorkers: 5, maxFieldBytes: 500 })
          for (const one of changes) applyTo(cluster, one)
          const list = createTaskList(cluster, runtime)
          const whole = list.select({ ...ALL, sort }).rows.map(({ uuid }) => uuid)
          const page = list.select({ ...ALL, sort, offset, limit }).rows.map(({ uuid }) => uuid)
          expect(page).toEqual(whole.slice(offset, offset + limit))
        },
      ),
    )
  })
})

describe('orders and filters', () => {
  const cluster = createCluster({ maxTasks: 100, maxWorkers: 5, maxFieldBytes: 500 })
  const add = (uuid: string, subject: string, at: number, fields: object = {}) =>
    cluster.apply(taskEvent(subject, uuid, at, { ...fields }), NOW_MS)
  add('a', 'received', 10, { name: 'B' })
  add('b', 'received', 20, { name: 'a' })
  add('b', 'started', 22)
  add('c', 'sent', 15, { name: 'C', queue: 'high' })
  add('d', 'succeeded', 12, { runtime: 3 })
  const list = createTaskList(cluster, runtime)
  const order = (selection: Partial<TaskSelection>) =>
    list
      .select({ ...ALL, ...selection })
      .rows.map(({ uuid }) => uuid)
      .join('')

  it('puts what has no value last on the page, newest first among equals', () => {
    expect(order({ sort: 'received' })).toBe('abcd')
    expect(order({ sort: '-received' })).toBe('bacd')
    expect(order({ sort: 'name' })).toBe('bacd')
    expect(order({ sort: '-name' })).toBe('cabd')
    expect(order({ sort: '-started' })).toBe('bcda')
  })

  it('puts what has no value first in Flower, last when descending, and goes by id among equals', () => {
    expect(order({ sort: { flower: 'received', descending: false } })).toBe('cdab')
    expect(order({ sort: { flower: 'received', descending: true } })).toBe('badc')
    expect(order({ sort: { flower: 'timestamp', descending: true } })).toBe('bcda')
    expect(order({ sort: { flower: 'state', descending: false } })).toBe('cabd')
  })

  it('filters by exact name, worker, queue and time; what was not received passes, as in Flower', () => {
    expect(order({ name: 'a' })).toBe('b')
    expect(order({ queue: 'high' })).toBe('c')
    expect(order({ worker: 'w1@box' })).toBe('bad')
    expect(order({ receivedFrom: 11 })).toBe('bcd')
    expect(order({ receivedTo: 10 })).toBe('acd')
    expect(order({ sinceMs: 15_000 })).toBe('bc')
    expect(order({ states: ['PENDING', 'STARTED'] })).toBe('bc')
  })

  it('counts states among what matches everything but the states', () => {
    const filter = parseTaskQuery('state:running worker:w1')
    expect(list.select({ ...ALL, filter, limit: 0 })).toEqual({
      rows: [],
      matched: 1,
      counts: { RECEIVED: 1, STARTED: 1, SUCCESS: 1 },
    })
  })
})
