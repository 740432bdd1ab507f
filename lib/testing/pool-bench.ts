/** A pool with the tasks of tests/compat/pool-tasks.ts, and what it tells. */
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { Outcome } from '../../worker/outcome.ts'
import { createPool, type PoolOptions } from '../../worker/pools/create-pool.ts'
import type { Job, Pool } from '../../worker/pools/pool.ts'
import { decide } from '../../worker/strategy.ts'
import type { TaskInHand } from '../../worker/task-in-hand.ts'
import { loadApp } from '../client/load-app.ts'
import { formatEnvelope } from '../protocol/message.ts'
import { createTaskEnvelope } from '../protocol/task-message.ts'
import { nodeCodecs } from '../runtime/codecs.ts'
import { createLog } from '../runtime/log.ts'
import { createRuntime } from '../runtime/runtime.ts'
import { waitFor } from './wait-for.ts'

export interface Bench {
  readonly pool: Pool
  /** States, events and retries of bodies, and warnings and errors of the log. */
  readonly told: unknown[]
  /** All slots are there and free. */
  full(): Promise<unknown>
  run(task: string, args?: readonly unknown[], limits?: Partial<Job>): BenchRun
}

export interface BenchRun {
  readonly id: string
  readonly startedPid: number
  readonly outcome: Promise<Outcome>
}

const appPath = fileURLToPath(new URL('../../tests/compat/pool-tasks.ts', import.meta.url))

/** Started, with all of its slots free. */
export async function openBench(name: string, options: Partial<PoolOptions> = {}): Promise<Bench> {
  const app = await loadApp(options.appPath ?? appPath).catch(() => loadApp(appPath))
  const told: unknown[] = []
  const log = createLog('warning', (line) => told.push(line.trim()), Date.now)
  const pool = await createPool(name, {
    app,
    appPath,
    concurrency: 1,
    run: {
      hostname: 'bench@test',
      runtime: createRuntime({ log }),
      signals: app.signals,
      sender: null,
      storeState: async (_run, _id, state, meta) => void told.push(['state', state, meta]),
      sendEvent: (_run, type, fields) => void told.push(['event', type, fields]),
      sendRetry: async (_run, plan) => void told.push(['retry', plan.says]),
    },
    maxTasksPerChild: null,
    maxMemoryPerChildKb: null,
    aliveTimeoutMs: 20_000,
    timeouts: [0, 0],
    ...options,
  })
  const full = () => waitFor(() => pool.free === pool.size, { what: 'all slots of the pool' })

  function handOf(task: string, args: readonly unknown[]): TaskInHand {
    const envelope = createTaskEnvelope(
      { task, id: randomUUID(), args, kwargs: {}, exchange: '', routingKey: 'q' },
      { newId: randomUUID, codecs: nodeCodecs },
    )
    const nothing = async () => {}
    const delivery = {
      tag: 't',
      queue: 'q',
      envelope,
      raw: formatEnvelope(envelope),
      ack: nothing,
      reject: nothing,
      requeue: nothing,
    }
    const decision = decide(delivery, { tasks: app.tasks, acceptContent: ['json'], policyOf: () => POLICY })
    if (decision.type !== 'task') throw new Error(`${task} is no task of the bench`)
    return decision.hand
  }

  await pool.start()
  if (options.appPath === undefined) await full()
  return {
    pool,
    told,
    full,
    run(task, args = [], limits = {}) {
      const hand = handOf(task, args)
      const { promise, resolve } = Promise.withResolvers<Outcome>()
      let startedPid = 0
      pool.run({
        hand,
        softLimitMs: null,
        hardLimitMs: null,
        ...limits,
        started(pid) {
          startedPid = pid
        },
        ended: resolve,
      })
      return { id: hand.message.id, startedPid, outcome: promise }
    },
  }
}

const POLICY = {
  acksLate: false,
  acksOnFailure: true,
  acksOnTimeout: true,
  storesResults: false,
  storesErrors: false,
  tracksStarted: false,
}
