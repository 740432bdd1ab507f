import { describe, expect, it } from 'vitest'
import { taskEvent } from '../testing/events.ts'
import { createCluster } from './cluster.ts'
import { attemptsOf } from './feeds/task-attempts-view.ts'
import { timelineOf } from './feeds/task-timeline.ts'
import type { TaskRecord } from './records.ts'

type Told = readonly [what: string, at: number, fields?: Readonly<Record<string, unknown>>]

function taskOf(...events: readonly Told[]): TaskRecord {
  const cluster = createCluster({ maxTasks: 10, maxWorkers: 10, maxFieldBytes: 1_000 })
  for (const [what, at, fields] of events) {
    cluster.apply(taskEvent(what, 'id', at, { name: 'proj.add', ...fields }), at * 1_000)
  }
  const task = cluster.task('id')
  if (task === undefined) throw new Error('no task')
  return task
}

const ETA = '1970-01-01T00:01:50+00:00'
const FIRST: readonly Told[] = [
  ['received', 100, { retries: 0 }],
  ['started', 101],
  ['retried', 104, { exception: "OSError('busy')" }],
]
const SECOND: readonly Told[] = [
  ['received', 105, { retries: 1, eta: ETA, hostname: 'w2@box' }],
  ['started', 112, { hostname: 'w2@box' }],
]

describe('the attempts of a task', () => {
  it('are none while it was not retried', () => {
    expect(attemptsOf(taskOf(['received', 100], ['started', 101], ['failed', 102]), false)).toEqual([])
  })

  it('keep what events told of each, and go on with the one that runs', () => {
    const attempts = attemptsOf(taskOf(...FIRST, ...SECOND), false)
    expect(attempts).toEqual([
      {
        number: 1,
        state: 'RETRY',
        worker: 'w1@box',
        startedMs: 101_000,
        endedMs: 104_000,
        waitMs: 1_000,
        runMs: 3_000,
        etaMs: null,
        exception: "OSError('busy')",
        traceback: null,
      },
      {
        number: 2,
        state: 'STARTED',
        worker: 'w2@box',
        startedMs: 112_000,
        endedMs: null,
        waitMs: 2_000,
        runMs: null,
        etaMs: 110_000,
        exception: null,
        traceback: null,
      },
    ])
    expect(attemptsOf(taskOf(...FIRST), false)).toHaveLength(1)
    const failed = taskOf(...FIRST, ...SECOND, ['failed', 115, { exception: 'KeyError()', hostname: 'w2@box' }])
    expect(attemptsOf(failed, false)[1]).toMatchObject({ state: 'FAILURE', runMs: 3_000, exception: 'KeyError()' })
  })

  it('are not mixed up when the next one is received before the end of this one is told', () => {
    const events: readonly Told[] = [
      ['received', 100, { retries: 0 }],
      ['started', 101],
      ['received', 103, { retries: 1, eta: ETA }],
      ['retried', 104, { exception: "OSError('busy')" }],
    ]
    const [first, second] = attemptsOf(taskOf(...events), false)
    expect(first).toMatchObject({ number: 1, state: 'RETRY', waitMs: 1_000, runMs: 3_000, etaMs: null })
    expect(second).toMatchObject({ number: 2, state: 'RECEIVED', startedMs: null, etaMs: 110_000 })
    const done = attemptsOf(taskOf(...events, ['started', 112], ['succeeded', 113]), false)
    expect(done).toHaveLength(2)
    expect(done[1]).toMatchObject({ number: 2, state: 'SUCCESS', waitMs: 2_000, runMs: 1_000 })
  })

  it('are told twice without being two, and are bounded', () => {
    expect(attemptsOf(taskOf(...FIRST, ...FIRST), false)).toHaveLength(1)
    const many = Array.from({ length: 50 }, (_, i) => ['retried', 100 + i] as const)
    expect(taskOf(...many).attempts).toHaveLength(20)
  })

  it('keep the end of their tracebacks, the newest of them, and equal ones once', () => {
    const long = `Traceback (most recent call last):\n${'  File "a.py", line 1, in f\n'.repeat(200)}OSError: busy`
    const many = Array.from({ length: 8 }, (_, i) => ['retried', 100 + i, { traceback: long }] as const)
    const tracebacks = (taskOf(...many).attempts ?? []).map(({ traceback }) => traceback)

    expect(tracebacks.map((text) => text !== null)).toEqual([false, false, false, true, true, true, true, true])
    expect(tracebacks.at(-1)).toMatch(/^…\n {2}File[\s\S]*\nOSError: busy$/)
    expect(tracebacks.at(-1)?.length).toBeLessThanOrEqual(2_002)
    expect(attemptsOf(taskOf(...many), false, true).every(({ traceback }) => traceback === null)).toBe(true)
  })

  it('stand in the time line, each with its own reason', () => {
    const task = taskOf(...FIRST, ...SECOND, ['failed', 115, { exception: 'KeyError()' }])
    expect(timelineOf(task).map(({ what, by, detail }) => `${what} ${by} ${detail ?? ''}`.trim())).toEqual([
      'received w1@box',
      'started w1@box',
      "retried w1@box OSError('busy')",
      'received w1@box',
      'started w1@box',
      'failed w1@box KeyError()',
    ])
  })
})
