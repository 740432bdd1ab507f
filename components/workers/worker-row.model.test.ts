import { describe, expect, it } from 'vitest'
import type { WorkerRowView } from '../../lib/live/views.ts'
import { byNeed, countStates, toWorkerRow } from './worker-row.model.ts'

function worker(fields: Partial<WorkerRowView>): WorkerRowView {
  return {
    name: 'celery@w1',
    state: 'online',
    active: 0,
    concurrency: 4,
    pool: null,
    queues: [],
    processed: null,
    succeeded: 0,
    failed: 0,
    donePerMinute: 0,
    load: null,
    pid: null,
    memoryBytes: null,
    software: null,
    upSinceMs: null,
    lastSeenMs: null,
    skewMs: null,
    now: null,
    ...fields,
  }
}

describe('toWorkerRow', () => {
  it('knows no failure rate of a worker that ended nothing', () => {
    expect(toWorkerRow(worker({})).failedShare).toBeNull()
    expect(toWorkerRow(worker({ succeeded: 3, failed: 1 })).failedShare).toBe(0.25)
  })

  it('says only differences of clocks that matter', () => {
    expect(toWorkerRow(worker({ skewMs: -4_000 })).skewMs).toBeNull()
    expect(toWorkerRow(worker({ skewMs: -6_000 })).skewMs).toBe(-6_000)
  })

  it('does not say that an offline worker runs something', () => {
    const now = { id: 'a', task: 'slow', startedMs: 1 }
    expect(toWorkerRow(worker({ now })).now).toEqual(now)
    expect(toWorkerRow(worker({ now, state: 'offline' })).now).toBeNull()
  })
})

describe('byNeed', () => {
  it('puts those that take nothing first and the gone last', () => {
    const rows = [
      worker({ name: 'w10' }),
      worker({ name: 'w9', state: 'offline' }),
      worker({ name: 'w2', state: 'busy' }),
      worker({ name: 'w3', state: 'not-taking' }),
    ].map(toWorkerRow)
    expect(rows.sort(byNeed).map((row) => row.name)).toEqual(['w3', 'w2', 'w10', 'w9'])
  })
})

describe('countStates', () => {
  it('leaves out what there is none of', () => {
    expect(countStates([worker({}), worker({}), worker({ state: 'offline' })])).toEqual([
      { state: 'online', count: 2 },
      { state: 'offline', count: 1 },
    ])
  })
})
