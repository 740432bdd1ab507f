import { describe, expect, it } from 'vitest'
import type { WorkerAnswers } from '../contracts.ts'
import type { WorkerRecord } from '../records.ts'
import type { FeedDeps } from './deps.ts'
import type { RunningTasks } from './running.ts'
import { workerRow } from './worker-row.ts'

const NOW_MS = 1_000_000
const QUEUES = { atMs: 0, value: [{ name: 'celery' }] }
const IDLE = { count: () => 0, longest: () => null } as unknown as RunningTasks // nothing runs

/** `upSeconds`: since when this life of the worker is, as it told now. */
function row(fields: {
  active?: number
  queues?: unknown[]
  shutDownMs?: number
  upSeconds?: number
  online?: boolean
}) {
  const { active = 0, queues = QUEUES.value, shutDownMs = null, upSeconds = 500, online = true } = fields
  const answers: WorkerAnswers = {
    active_queues: { atMs: 0, value: queues },
    stats: {
      atMs: NOW_MS,
      value: { uptime: upSeconds, rusage: { maxrss: 2_000 }, pool: { 'max-concurrency': 2 } },
    },
  }
  const worker = { name: 'w1', online, active, counts: {}, lastSeenMs: NOW_MS, skewMs: null } as unknown as WorkerRecord
  const deps = {
    inspector: { answers: () => answers },
    commands: { shutDownMs: () => shutDownMs },
    idleness: { idleSinceMs: () => null },
    rates: { workerDonePerMinute: () => 0 },
  } as unknown as FeedDeps // what a row asks of it
  return workerRow(deps, worker, IDLE, NOW_MS)
}

describe('the word for a worker', () => {
  it.each([
    ['online', {}],
    ['busy', { active: 2 }],
    ['draining', { active: 2, queues: [] }],
    ['draining', { shutDownMs: NOW_MS - 1_000 }],
    // It was told in its life before.
    ['online', { shutDownMs: NOW_MS - 1_000, upSeconds: 0.5 }],
    ['offline', { shutDownMs: NOW_MS - 1_000, online: false }],
  ])('%s: %o', (state, fields) => {
    expect(row(fields).state).toBe(state)
  })
})

it('tells the memory in bytes, of those that are there', () => {
  expect(row({}).memoryBytes).toBe(2_048_000)
  expect(row({ online: false }).memoryBytes).toBeNull()
})
