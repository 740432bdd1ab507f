import { describe, expect, it } from 'vitest'
import type { TaskMeta } from '../results/results.ts'
import { createRuntime } from '../runtime/runtime.ts'
import { taskEvent, workerEvent } from '../testing/events.ts'
import { type Cluster, createCluster } from './cluster.ts'
import type { ClusterChanges } from './contracts.ts'
import type { TaskRecord } from './records.ts'
import { createTaskList } from './task-list.ts'

const SOME = { maxTasks: 100, maxWorkers: 10, maxFieldBytes: 1_000 }
const NOW_MS = 1_000_000

/** Events of one task, one second apart, `subject` or `subject:retries`; `subject@3` happened at second 3. */
function play(text: string, cluster: Cluster = createCluster(SOME)): TaskRecord {
  for (const [i, word] of text.split(' ').entries()) {
    const [, subject = '', retries, at] = /^(\w+)(?::(\d+))?(?:@([\d.]+))?$/.exec(word) ?? []
    const fields = retries === undefined ? {} : { retries: Number(retries) }
    cluster.apply(taskEvent(subject, 'id', Number(at ?? i + 1), fields), NOW_MS)
  }
  const task = cluster.task('id')
  if (task === undefined) throw new Error('no event was about the task')
  return task
}

describe("the state of a task, after Celery's rules (wire.md C7)", () => {
  it.each([
    ['sent received started succeeded', 'SUCCESS'],
    ['received started succeeded sent@0.5', 'SUCCESS'],
    ['succeeded received', 'SUCCESS'],
    ['received started succeeded started', 'SUCCESS'],
    ['received started failed retried', 'RETRY'],
    ['received:0 started retried received:1 started succeeded', 'SUCCESS'],
    ['received:0 started retried received:1', 'RECEIVED'],
    ['received started revoked', 'REVOKED'],
    ['received started succeeded revoked', 'SUCCESS'],
    ['received started revoked succeeded', 'SUCCESS'],
    ['received started succeeded failed', 'SUCCESS'],
    ['received started failed succeeded', 'SUCCESS'],
    ['received started rejected', 'STARTED'],
    ['received started progress', 'PROGRESS'],
    ['received started progress succeeded', 'SUCCESS'],
    ['received started succeeded progress', 'SUCCESS'],
    ['received started cancelled', 'CANCELLED'],
    ['received started received', 'STARTED'],
  ])('%s → %s', (events, state) => {
    expect(play(events).state).toBe(state)
  })

  it.each([
    ['sent', 'received'],
    ['received', 'sent'],
  ])('is named as its worker names it: %s, %s', (...subjects) => {
    const cluster = createCluster(SOME)
    const names: Readonly<Record<string, string>> = { sent: 'proj.add', received: 'shadow of it' }
    for (const subject of subjects) cluster.apply(taskEvent(subject, 'id', 1, { name: names[subject] }), NOW_MS)
    cluster.apply(taskEvent('started', 'id', 2), NOW_MS)
    expect(cluster.task('id')?.name).toBe('shadow of it')
    expect(cluster.taskNames()).toContain('shadow of it')
  })

  it('keeps what the vectors of C7 keep', () => {
    expect(play('received:0 started retried received:1 started succeeded').retries).toBe(1)
    expect(play('received started received').received).toBe(3)
  })
})

describe("the state of a task, without Flower's faults (flower.md 6.2, 8.1)", () => {
  it.each([
    ['a late start after a retry', 'received:0@1 retried@3 started@2', 'RETRY'],
    ['a late failure of the run before a retry', 'received@1 started@2 retried@4 failed@3', 'RETRY'],
    ['a late retry after the next run began', 'received:0@1 started@2 received:1@4 retried@3', 'RECEIVED'],
    ['a late retry after the end', 'received:0@1 received:1@4 succeeded@6 retried@3', 'SUCCESS'],
    ['a run whose retry was missed', 'received:0 started received:1', 'RECEIVED'],
    ['a late reception of the run that goes on', 'started@105 received:1@104', 'STARTED'],
    ['a revoked task that told its progress', 'received started progress revoked', 'REVOKED'],
    ['an older progress after a newer state', 'received@1 uploading@4 progress@3', 'UPLOADING'],
    ['a cancelled task that is delivered again', 'received started cancelled received', 'RECEIVED'],
  ])('%s: %s → %s', (_, events, state) => {
    expect(play(events).state).toBe(state)
  })

  it('lets a late event change neither time nor clock of the state', () => {
    const cluster = createCluster(SOME)
    cluster.apply(taskEvent('succeeded', 'id', 10, { clock: 50 }), NOW_MS)
    cluster.apply(taskEvent('started', 'id', 8, { clock: 40 }), NOW_MS)
    expect(cluster.task('id')).toMatchObject({ state: 'SUCCESS', timestamp: 10, clock: 50, started: 8, succeeded: 10 })
  })

  it('goes by the number of retries when the next worker has a slow clock', () => {
    const cluster = createCluster(SOME)
    cluster.apply(taskEvent('received', 'id', 100, { retries: 0 }), NOW_MS)
    cluster.apply(taskEvent('retried', 'id', 102), NOW_MS)
    const slow = { hostname: 'w2@far' }
    cluster.apply(taskEvent('received', 'id', 97, { ...slow, retries: 1 }), NOW_MS)
    expect(cluster.task('id')).toMatchObject({ state: 'RECEIVED', worker: 'w2@far', retries: 1, timestamp: 102 })
    cluster.apply(taskEvent('succeeded', 'id', 99, slow), NOW_MS)
    expect(cluster.task('id')).toMatchObject({ state: 'SUCCESS', worker: 'w2@far' })
  })

  it('takes the end from another worker also when all else of its run was missed', () => {
    const cluster = createCluster(SOME)
    cluster.apply(taskEvent('retried', 'id', 102), NOW_MS)
    cluster.apply(taskEvent('succeeded', 'id', 99, { hostname: 'w2@far' }), NOW_MS)
    expect(cluster.task('id')?.state).toBe('SUCCESS')
  })
})

describe('the fields of a task', () => {
  it('takes name and arguments from whichever event brings them', () => {
    const cluster = createCluster(SOME)
    cluster.apply(taskEvent('succeeded', 'id', 5, { result: "'ok'", runtime: 0.5 }), NOW_MS)
    const late = { name: 'proj.add', args: '(1,)', kwargs: '{}', root_id: 'id', parent_id: 'p', retries: 0 }
    cluster.apply(taskEvent('received', 'id', 3, late), NOW_MS)
    cluster.apply(taskEvent('sent', 'id', 2, { ...late, hostname: 'gen1@web', queue: 'high', exchange: '' }), NOW_MS)
    expect(cluster.task('id')).toMatchObject({
      name: 'proj.add',
      args: '(1,)',
      kwargs: '{}',
      rootId: 'id',
      parentId: 'p',
      result: "'ok'",
      runtime: 0.5,
      queue: 'high',
      exchange: '',
      client: 'gen1@web',
      worker: 'w1@box',
      sent: 2,
      received: 3,
      retries: 0,
      timestamp: 5,
    })
    expect(cluster.children('p')).toEqual(['id'])
    expect(cluster.taskNames()).toEqual(['proj.add'])
  })

  it('keeps what custom events carry, the newest of each field', () => {
    const cluster = createCluster(SOME)
    cluster.apply(taskEvent('progress', 'id', 1, { progress: 0.3, note: 'a' }), NOW_MS)
    cluster.apply(taskEvent('progress', 'id', 3, { progress: 0.9 }), NOW_MS)
    cluster.apply(taskEvent('progress', 'id', 2, { progress: 0.6 }), NOW_MS)
    expect(cluster.task('id')?.extra).toEqual({ progress: 0.9, note: 'a' })
  })

  it('survives fields of every wrong type', () => {
    const cluster = createCluster(SOME)
    const names = ['name', 'args', 'kwargs', 'retries', 'eta', 'runtime', 'queue', 'root_id', 'parent_id', 'result']
    for (const wrong of [{}, [], true, Number.NaN, -1, 1e308, '', null, 12n]) {
      const fields = Object.fromEntries(names.map((name) => [name, wrong]))
      for (const subject of ['sent', 'received', 'succeeded', 'failed', 'progress']) {
        cluster.apply(taskEvent(subject, 'id', 1, { ...fields, __proto__: { x: 1 } }), NOW_MS)
      }
    }
    expect(cluster.task('id')).toMatchObject({ name: null, retries: null, queue: null })
    expect(JSON.stringify(cluster.task('id'))).toContain('SUCCESS')
  })

  it('clips long texts and says how long they were', () => {
    const cluster = createCluster({ ...SOME, maxFieldBytes: 10 })
    cluster.apply(taskEvent('received', 'id', 1, { args: 'x'.repeat(10), kwargs: 'é'.repeat(6) }), NOW_MS)
    expect(cluster.task('id')).toMatchObject({ args: 'x'.repeat(10), kwargs: `${'é'.repeat(5)}... 12 bytes` })
  })

  it('tells a repeated event from a new one', () => {
    const cluster = createCluster(SOME)
    const isNew = (subject: string, at: number) => cluster.apply(taskEvent(subject, 'id', at), NOW_MS)?.isNew
    expect(isNew('received', 1)).toBe(true)
    expect(isNew('received', 1)).toBe(false)
    expect(isNew('started', 2)).toBe(true)
    expect(isNew('failed', 3)).toBe(true)
    expect(isNew('failed', 3.1)).toBe(false) // a hard time limit says it twice
    expect(isNew('started', 5)).toBe(true) // delivered again
    expect(isNew('failed', 6)).toBe(true)
  })
})

describe('workers', () => {
  it('come online, tell of themselves, go offline', () => {
    const cluster = createCluster(SOME)
    cluster.apply(workerEvent('online', 'w1@box', 998, { freq: 2, sw_ident: 'py-celery' }), NOW_MS)
    const more = { freq: 2, active: 3, processed: 7, loadavg: [1, 2, 3] }
    for (let i = 0; i < 6; i++) cluster.apply(workerEvent('heartbeat', 'w1@box', 1_000, more), NOW_MS + i)
    cluster.apply(workerEvent('heartbeat', 'w1@box', 1_000, { freq: 5 }), NOW_MS + 9) // the answer to `heartbeat`
    expect(cluster.worker('w1@box')).toMatchObject({
      online: true,
      active: 3,
      processed: 7,
      loadavg: [1, 2, 3],
      freq: 5,
      swIdent: 'py-celery',
      heartbeats: [NOW_MS + 3, NOW_MS + 4, NOW_MS + 5, NOW_MS + 9],
      counts: { 'worker-online': 1, 'worker-heartbeat': 7 },
      skewMs: -9,
    })
    cluster.apply(workerEvent('offline', 'w1@box', 1_001), NOW_MS)
    cluster.apply(taskEvent('succeeded', 'id', 1_001), NOW_MS)
    expect(cluster.worker('w1@box')).toMatchObject({ online: false, heartbeats: [] })
  })

  it('are offline when two periods and a second pass without a heartbeat, whatever tasks say', () => {
    const cluster = createCluster(SOME)
    cluster.apply(workerEvent('heartbeat', 'w1@box', 1_000, { freq: 2 }), NOW_MS)
    cluster.apply(taskEvent('started', 'id', 1_003), NOW_MS + 3_000)
    cluster.expireWorkers(NOW_MS + 5_000)
    expect(cluster.worker('w1@box')?.online).toBe(true)
    cluster.expireWorkers(NOW_MS + 5_001)
    expect(cluster.worker('w1@box')?.online).toBe(false)
    cluster.apply(taskEvent('succeeded', 'id', 1_004), NOW_MS + 5_100)
    expect(cluster.worker('w1@box')?.online).toBe(false)
    cluster.apply(workerEvent('heartbeat', 'w1@box', 1_006, { freq: 2 }), NOW_MS + 6_000)
    expect(cluster.worker('w1@box')?.online).toBe(true)
  })

  it('that never speak for themselves are alive by their tasks for two minutes', () => {
    const cluster = createCluster(SOME)
    cluster.apply(taskEvent('received', 'id', 1_000), NOW_MS)
    cluster.expireWorkers(NOW_MS + 119_000)
    expect(cluster.worker('w1@box')?.online).toBe(true)
    cluster.expireWorkers(NOW_MS + 122_000)
    expect(cluster.worker('w1@box')?.online).toBe(false)
  })

  it('are not made of clients', () => {
    const cluster = createCluster(SOME)
    cluster.apply(taskEvent('sent', 'id', 1, { hostname: 'gen1@web' }), NOW_MS)
    expect([...cluster.workers()]).toEqual([])
  })

  it('have a bound: the ones that are offline for longest go first', () => {
    const cluster = createCluster(SOME)
    for (let i = 0; i < 10; i++) cluster.apply(workerEvent('online', `w${i}`, 1_000), NOW_MS + i)
    cluster.apply(workerEvent('offline', 'w5', 1_000), NOW_MS + 20)
    for (let i = 10; i < 30; i++) cluster.apply(workerEvent('online', `w${i}`, 1_000), NOW_MS + 30 + i)
    const names = [...cluster.workers()].map(({ name }) => name)
    expect(names).toHaveLength(10)
    expect(names).not.toContain('w5')
    expect(names).toContain('w29')
  })

  it('count a bounded number of event types', () => {
    const cluster = createCluster(SOME)
    for (let i = 0; i < 500; i++) cluster.apply(taskEvent(`made-up-${i}`, 'id', i + 1), NOW_MS)
    const counts = cluster.worker('w1@box')?.counts ?? {}
    expect(Object.keys(counts)).toHaveLength(101)
    expect(counts['other']).toBe(400)
  })
})

describe('bounds', () => {
  it('forgets the task that ended first, and keeps those that run', () => {
    const cluster = createCluster({ ...SOME, maxTasks: 3 })
    cluster.apply(taskEvent('started', 'running', 1), NOW_MS)
    cluster.apply(taskEvent('started', 'slow', 2), NOW_MS)
    cluster.apply(taskEvent('succeeded', 'fast', 3), NOW_MS)
    cluster.apply(taskEvent('succeeded', 'slow', 4, { parent_id: 'running' }), NOW_MS)
    cluster.apply(taskEvent('received', 'next', 5), NOW_MS)
    expect([...cluster.tasks()].map(({ uuid }) => uuid)).toEqual(['running', 'slow', 'next'])
    cluster.apply(taskEvent('succeeded', 'running', 6), NOW_MS)
    cluster.apply(taskEvent('received', 'another', 7), NOW_MS)
    expect([...cluster.tasks()].map(({ uuid }) => uuid)).toEqual(['running', 'next', 'another'])
    expect(cluster.children('running')).toEqual([])
  })

  it('does not let tasks whose end was missed take all the room', () => {
    const cluster = createCluster({ ...SOME, maxTasks: 10 })
    for (let i = 0; i < 20; i++) cluster.apply(taskEvent('received', `lost-${i}`, i + 1), NOW_MS)
    for (let i = 0; i < 20; i++) cluster.apply(taskEvent('succeeded', `done-${i}`, i + 30), NOW_MS)
    const kept = [...cluster.tasks()].map(({ uuid }) => uuid)
    expect(kept).toHaveLength(10)
    expect(kept.filter((uuid) => uuid.startsWith('done'))).toHaveLength(5)
    expect(kept).toContain('lost-19')
  })

  it('holds through a long run of everything', () => {
    const cluster = createCluster({ ...SOME, maxTasks: 50 })
    for (let i = 0; i < 20_000; i++) {
      const subject = ['received', 'started', 'succeeded', 'retried', 'failed'][(i * 7 + (i >> 3)) % 5] ?? ''
      cluster.apply(taskEvent(subject, `id-${(i * 31) % 400}`, i + 1), NOW_MS)
      expect(cluster.taskCount).toBeLessThanOrEqual(50)
    }
    expect([...cluster.tasks()]).toHaveLength(50)
  })
})

describe('a flood of made-up names', () => {
  it('leaves the bounds standing and the list right', () => {
    const cluster = createCluster({ maxTasks: 50, maxWorkers: 20, maxFieldBytes: 100, maxNames: 30 })
    const list = createTaskList(cluster, createRuntime())
    for (let i = 0; i < 5_000; i++) {
      const fields = { name: `name-${i}`, hostname: `worker-${i}`, queue: `queue-${i}`, parent_id: `parent-${i}` }
      cluster.apply(taskEvent(`custom-${i}`, `id-${i}`, i + 1, fields), NOW_MS)
      if (i % 100 !== 99) continue
      const { rows, matched } = list.select({ filter: null, name: `name-${i}`, sort: 'name', offset: 0, limit: 10 })
      expect([matched, rows[0]?.uuid]).toEqual([1, `id-${i}`])
    }
    expect(cluster.taskCount).toBe(50)
    expect([...cluster.workers()].length).toBeLessThanOrEqual(20)
    expect(cluster.taskNames()).toHaveLength(30)
    expect(cluster.columns().names.size).toBeLessThan(2_000)
    expect(new Set([...cluster.tasks()].map(({ state }) => state))).toEqual(new Set(['OTHER']))
    expect(list.select({ filter: null, sort: '-name', offset: 0, limit: null }).matched).toBe(50)
  })
})

describe('changes', () => {
  it('are handed over once, when asked for', () => {
    const cluster = createCluster({ ...SOME, maxTasks: 1 })
    const heard: ClusterChanges[] = []
    const stop = cluster.onChange((changes) => heard.push(changes))
    cluster.flush(1)
    expect(heard).toEqual([])
    cluster.apply(taskEvent('succeeded', 'a', 1), NOW_MS)
    cluster.apply(taskEvent('succeeded', 'b', 2), NOW_MS)
    cluster.flush(2)
    expect(heard).toEqual([
      { tasks: new Set(['b']), removedTasks: new Set(['a']), workers: new Set(['w1@box']), atMs: 2 },
    ])
    cluster.flush(3)
    stop()
    cluster.apply(taskEvent('succeeded', 'c', 3), NOW_MS)
    cluster.flush(4)
    expect(heard).toHaveLength(1)
  })
})

describe('repair from a stored result', () => {
  const meta = (more: Partial<TaskMeta>): TaskMeta => ({
    task_id: 'id',
    status: 'SUCCESS',
    result: 5,
    traceback: null,
    children: [],
    date_done: '1970-01-01T00:00:20+00:00',
    ...more,
  })

  it('ends a task whose last events were missed', () => {
    const cluster = createCluster(SOME)
    cluster.apply(taskEvent('started', 'id', 10), NOW_MS)
    expect(cluster.applyMeta(meta({ name: 'proj.add', args: [1, 2], kwargs: {} }), NOW_MS)).toBe(true)
    expect(cluster.task('id')).toMatchObject({
      state: 'SUCCESS',
      result: '5',
      succeeded: 20,
      timestamp: 20,
      source: 'result',
      name: 'proj.add',
      args: '(1, 2)',
      kwargs: '{}',
    })
    expect(cluster.applyMeta(meta({}), NOW_MS)).toBe(false)
    expect(cluster.apply(taskEvent('succeeded', 'id', 19.9), NOW_MS)?.isNew).toBe(true)
  })

  it('adds a task that nobody told of', () => {
    const cluster = createCluster(SOME)
    const failed = { exc_type: 'ValueError', exc_message: ['boom'], exc_module: 'builtins' }
    cluster.applyMeta(meta({ status: 'FAILURE', result: failed, traceback: 'Traceback…' }), NOW_MS)
    expect(cluster.task('id')).toMatchObject({
      state: 'FAILURE',
      exception: "ValueError('boom')",
      traceback: 'Traceback…',
      failed: 20,
    })
  })

  it('never moves a task back', () => {
    const cluster = createCluster(SOME)
    cluster.apply(taskEvent('succeeded', 'id', 10, { result: '1' }), NOW_MS)
    for (const status of ['STARTED', 'RETRY', 'FAILURE', 'REVOKED', 'PENDING', 'PROGRESS']) {
      cluster.applyMeta(meta({ status, result: null }), NOW_MS)
      expect(cluster.task('id')).toMatchObject({ state: 'SUCCESS', result: '1', timestamp: 10 })
    }
  })
})

it('puts kept records back, but not over what is known', () => {
  const cluster = createCluster(SOME)
  const record = play('received started succeeded')
  cluster.restoreTask(record)
  cluster.restoreTask({ ...record, state: 'FAILURE' })
  expect(cluster.task('id')).toMatchObject({ state: 'SUCCESS', received: 1, succeeded: 3 })
  expect(cluster.task('id')).not.toBe(record)
})
