import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTaskQuery } from '../live/task-query.ts'
import { TASK_SORTS, type TaskSort } from '../live/topic.ts'
import { createRuntime } from '../runtime/runtime.ts'
import { taskEvent } from '../testing/events.ts'
import { type Cluster, createCluster } from './cluster.ts'
import { parseFlowerSearch } from './flower-search.ts'
import type { TaskRecord } from './records.ts'
import { createTaskList, type TaskFilter, type TaskSelection } from './task-list.ts'
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
  'client:w* -client:w2*',
  '-state:scheduled name:emails.*',
  '(state:failed OR worker:w1 OR anna) -(retries:>1 OR queue:none)',
  'NOT (worker:w1 OR state:failed)',
  'NOT (anna OR run:>1s) OR state:scheduled,failed',
  'boom OR odd. OR c0de OR w3@',
  '-boom -odd. -c0de state:failed',
  'args:anna,7 OR result:42',
  'arg:42,it kwargs:plan,user',
  'error:*key*,boom',
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
  'uuid:a6 OR root:task',
  'queue:none -anna',
  'since:10m',
  'NOT state:SUCCESS',
  'state:running,failed -(anna OR boom)',
  'name:emails.* -worker:w1*',
  'kwargs.user.id:42 OR args.0:anna',
  'class OR ß.straße',
  'boom OR anna OR 00c0 OR far OR (emails.w result:anna)',
  '-anna -odd -(00c0 OR w1@)',
  'kwargs:user args:anna',
]

function flowerFilter(text: string): TaskFilter {
  const search = parseFlowerSearch(text)
  if (!search.ok) throw new Error(search.detail)
  return { tree: search.value, problems: [] }
}

/** Any tree of some terms, as text. */
const treeOf = (terms: readonly string[]): fc.Arbitrary<string> =>
  fc.letrec<{ tree: string; group: string }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(...terms),
      fc.constantFrom(...terms).map((term) => `-${term}`),
      tie('group'),
    ),
    group: fc
      .record({
        parts: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
        joint: fc.constantFrom(' ', ' AND ', ' OR '),
        sign: fc.constantFrom('', '', '-', 'NOT '),
      })
      .map(({ parts, joint, sign }) => `${sign}(${parts.join(joint)})`),
  })).tree

describe('select', { timeout: 30_000 }, () => {
  it('finds what a look at every record finds, by the page and by Flower, however tasks came and went', () => {
    const filters = [
      ...QUERIES.map((text) => [text, parseTaskQuery(text)] as const),
      ...FLOWER_QUERIES.map((text) => [text, flowerFilter(text)] as const),
    ]
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 30 }), { minLength: 2, maxLength: 4 }), (rounds) => {
        const cluster = createCluster({ maxTasks: 20, maxWorkers: 5, maxFieldBytes: 500 })
        const list = createTaskList(cluster, runtime)
        for (const changes of rounds) {
          for (const one of changes) applyTo(cluster, one)
          for (const [text, filter] of filters) {
            const page = list.select({ ...ALL, filter })
            const wanted = ids([...cluster.tasks()].filter(matcher(filter, NOW_MS)))
            expect([text, ids(page.rows)]).toEqual([text, wanted])
            expect(page.matched).toBe(page.rows.length)
          }
        }
      }),
      { numRuns: 20 },
    )
  })

  it('finds what a look at every record finds, by any tree, in turns or at once', async () => {
    const pageTerms = QUERIES.filter((text) => /^[^ -]\S*$/.test(text) && text !== 'naem:x')
    const flowerTerms = FLOWER_QUERIES.filter((text) => /^\S+$/.test(text))
    const page = treeOf(pageTerms).map((text) => [text, parseTaskQuery(text)] as const)
    const flower = treeOf(flowerTerms).map((text) => {
      const search = parseFlowerSearch(text)
      return [text, search.ok ? { tree: search.value, problems: [] } : null] as const
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 10, maxLength: 60 }),
        fc.array(fc.oneof(page, flower), { minLength: 1, maxLength: 5 }),
        async (changes, searches) => {
          const cluster = createCluster({ maxTasks: 600, maxWorkers: 5, maxFieldBytes: 500 })
          for (let i = 0; i < 200; i++) cluster.apply(taskEvent('sent', `filler-${i}`, 1, { name: 'filler' }), NOW_MS)
          for (const one of changes) applyTo(cluster, one)
          let nowMs = NOW_MS
          const clock = { ...runtime.clock, nowMs: () => nowMs }
          const list = createTaskList(cluster, createRuntime({ clock }))
          for (const [text, filter] of searches) {
            list.tend() // Prepares what it looks into,
            if (changes.length % 3 === 0) nowMs += 1_000_000 // or forgets it.
            if (filter === null || filter.problems.length > 0) continue // nested too deep
            const wanted = ids([...cluster.tasks()].filter(matcher(filter, nowMs)))
            expect([text, ids((await list.selectSoon({ ...ALL, filter })).rows)]).toEqual([text, wanted])
            expect([text, ids(list.select({ ...ALL, filter }).rows)]).toEqual([text, wanted])
          }
        },
      ),
      { numRuns: 40 },
    )
  })

  it('holds up nobody, however long the search and the texts are', async () => {
    let turns = 0
    const beganMs = performance.now()
    const clock = {
      nowMs: () => NOW_MS,
      monotonicMs: () => performance.now(),
      sleep: async () => {
        turns++
        await new Promise((resolve) => setImmediate(resolve))
      },
    }
    const cluster = createCluster({ maxTasks: 300, maxWorkers: 5, maxFieldBytes: 8_192 })
    for (let i = 0; i < 300; i++) {
      const args = `('${'ab'.repeat(4_000)}${i}',)`
      cluster.apply(taskEvent('received', `task-${i}`, 1, { name: 'long', args, kwargs: "{'a': 1}" }), NOW_MS)
    }
    const list = createTaskList(cluster, createRuntime({ clock }))
    const words = Array.from({ length: 40 }, (_, i) => `${'ab'.repeat(i % 7)}c${i}`)
    for (const text of [words.join(' OR '), words.map((word) => `-${word}`).join(' ')]) {
      const { matched } = await list.selectSoon({ ...ALL, filter: parseTaskQuery(text), limit: 10 })
      expect(matched).toBe(text.startsWith('-') ? 300 : 0)
    }
    // On the average: others use the machine too.
    expect((performance.now() - beganMs) / turns).toBeLessThan(150)
  })

  it('ends a search whose visitor has gone', async () => {
    const gone = new AbortController()
    let workedMs = 0
    const clock = { nowMs: () => NOW_MS, monotonicMs: () => (workedMs += 6), sleep: async () => gone.abort() }
    const cluster = createCluster({ maxTasks: 3_000, maxWorkers: 5, maxFieldBytes: 500 })
    for (let i = 0; i < 3_000; i++) cluster.apply(taskEvent('received', `task-${i}`, 1, { args: `(${i},)` }), NOW_MS)
    const list = createTaskList(cluster, createRuntime({ clock }))
    await expect(list.selectSoon({ ...ALL, filter: parseTaskQuery('17') }, gone.signal)).rejects.toThrow('abort')
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
