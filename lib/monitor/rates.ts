/**
 * How much happens: counts a second, shares, percentiles, failures by kind. An event costs a few additions; once a
 * second (`tick`) the counts of that second go into the history, zeros too, so that a quiet minute is a line at zero
 * and a minute without a broker is a hole.
 *
 * Series (one value a second; `sum` over a bucket counts, `mean` is per second):
 *   tasks:sent|received|started|succeeded|failed|retried|revoked, queue:<q>:in, queue:<q>:out,
 *   latency:wait:p95, latency:run:p95 (ms, over the last 10 s; none when nothing ran)
 */
import type { History } from '../history/history.ts'
import { matchesGlob } from '../protocol/glob.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { AppliedEvent } from './cluster.ts'
import type { Milestone } from './event-kind.ts'
import { createFailureGroups, type FailureGroup } from './failure-groups.ts'
import type { TaskRecord } from './records.ts'
import { type CountWindow, createCountWindow, createDurationWindow } from './windows.ts'

export interface RatesOptions {
  readonly history: History
  readonly runtime: Runtime
  /** Queue of a task whose events do not tell it (only `task-sent` does). */
  readonly queueOf?: (task: TaskRecord) => string | null
  readonly maxQueues?: number
  readonly maxWorkers?: number
  readonly maxNames?: number
  readonly maxGroups?: number
}

export interface Rates {
  /** One task event that was applied. */
  record(applied: AppliedEvent, nowMs: number): void
  /** Once a second while events are listened to: closes the second. */
  tick(nowMs: number): void
  /** Tasks that succeeded or failed, a second, over the last 10 s. */
  donePerSecond(): number
  /** Failed of all that ended in the window (at most an hour), 0..1; null when none ended. `*` in the glob is any text. */
  failedShare(windowMs: number, taskGlob?: string): number | null
  /** What that share is of: tasks that ended, and those of them that failed. */
  outcomes(windowMs: number, taskGlob?: string): { readonly finished: number; readonly failed: number }
  /** Tasks that ended on this worker in the last minute. */
  workerDonePerMinute(worker: string): number
  /** Into and out of a queue, a second, over the last 10 s; null when no event ever named this queue. */
  queueFlow(queue: string): { readonly inPerSecond: number; readonly outPerSecond: number } | null
  /** Tasks that workers have taken from a queue since the start; null when no event ever named this queue. */
  takenFrom(queue: string): number | null
  failureGroups(limit: number): readonly FailureGroup[]
  /** p95 over the last minute; null when nothing was measured. */
  latency(): { readonly waitP95Ms: number | null; readonly runP95Ms: number | null }
}

const SECOND_MS = 1_000
const SHORT_WINDOW_MS = 10_000
const MINUTE_MS = 60_000
const COUNTED = ['sent', 'received', 'started', 'succeeded', 'failed', 'retried', 'revoked'] as const
type Counted = (typeof COUNTED)[number]

interface QueueFlow {
  readonly into: CountWindow
  readonly outOf: CountWindow
  inNow: number
  outNow: number
  taken: number
}

interface Outcomes {
  readonly ended: CountWindow
  readonly failed: CountWindow
}

export function createRates(options: RatesOptions): Rates {
  const { history, runtime, maxQueues = 1_000, maxWorkers = 5_000, maxNames = 1_000, maxGroups = 500 } = options
  const queueOf = options.queueOf ?? ((task: TaskRecord) => task.queue)
  const counts: Record<Counted, number> = createCounts()
  const done = createCountWindow(SECOND_MS, 60)
  const queues = new Map<string, QueueFlow>()
  const workers = new Map<string, CountWindow>()
  const all = createOutcomes()
  const byTask = new Map<string, Outcomes>()
  const groups = createFailureGroups(maxGroups)
  const wait = { short: createDurationWindow(1_000, 10), minute: createDurationWindow(5_000, 12) }
  const run = { short: createDurationWindow(1_000, 10), minute: createDurationWindow(5_000, 12) }

  function flowOf(task: TaskRecord): QueueFlow | undefined {
    const queue = queueOf(task)
    if (queue === null) return undefined
    return entry(queues, queue, maxQueues, () => ({
      into: createCountWindow(SECOND_MS, 15),
      outOf: createCountWindow(SECOND_MS, 15),
      inNow: 0,
      outNow: 0,
      taken: 0,
    }))
  }

  function arrived(task: TaskRecord, nowMs: number): void {
    const flow = flowOf(task)
    if (flow === undefined) return
    flow.inNow++
    flow.into.add(nowMs, 1)
  }

  function started(task: TaskRecord, nowMs: number): void {
    const flow = flowOf(task)
    if (flow !== undefined) {
      flow.outNow++
      flow.outOf.add(nowMs, 1)
    }
    const since = task.retries ? task.received : (task.sent ?? task.received)
    if (task.started === null || since === null || task.eta !== null) return
    const waitMs = (task.started - since) * 1_000
    wait.short.add(nowMs, waitMs)
    wait.minute.add(nowMs, waitMs)
  }

  function ended(task: TaskRecord, failed: boolean, nowMs: number): void {
    done.add(nowMs, 1)
    noteOutcome(all, failed, nowMs)
    const outcomes = entry(byTask, task.name ?? '', maxNames, createOutcomes)
    if (outcomes !== undefined) noteOutcome(outcomes, failed, nowMs)
    if (task.worker !== null) {
      entry(workers, task.worker, maxWorkers, () => createCountWindow(5_000, 13))?.add(nowMs, 1)
    }
    if (failed) groups.note(task.name, task.exception, nowMs)
    else if (task.runtime !== null) {
      run.short.add(nowMs, task.runtime * 1_000)
      run.minute.add(nowMs, task.runtime * 1_000)
    }
  }

  function outcomes(windowMs: number, taskGlob?: string): { readonly finished: number; readonly failed: number } {
    const nowMs = runtime.clock.nowMs()
    let [finished, failed] = [0, 0]
    for (const outcome of taskGlob === undefined ? [all] : matchingOutcomes(byTask, taskGlob)) {
      failed += outcome.failed.sum(nowMs, windowMs)
      finished += outcome.ended.sum(nowMs, windowMs)
    }
    return { finished, failed }
  }

  return {
    record({ task, kind, isNew }, nowMs) {
      if (!isNew || kind.milestone === null) return
      if (isCounted(kind.milestone)) counts[kind.milestone]++
      switch (kind.milestone) {
        case 'sent':
          return arrived(task, nowMs)
        case 'received': {
          if (task.sent === null) arrived(task, nowMs)
          const flow = flowOf(task)
          if (flow !== undefined) flow.taken++
          return
        }
        case 'started':
          return started(task, nowMs)
        case 'succeeded':
        case 'failed':
          return ended(task, kind.milestone === 'failed', nowMs)
      }
    },
    tick(nowMs) {
      for (const name of COUNTED) {
        history.add(`tasks:${name}`, nowMs, counts[name])
        counts[name] = 0
      }
      for (const [queue, flow] of queues) {
        history.add(`queue:${queue}:in`, nowMs, flow.inNow)
        history.add(`queue:${queue}:out`, nowMs, flow.outNow)
        flow.inNow = 0
        flow.outNow = 0
      }
      const waitMs = wait.short.quantile(nowMs, 0.95)
      const runMs = run.short.quantile(nowMs, 0.95)
      if (waitMs !== null) history.add('latency:wait:p95', nowMs, waitMs)
      if (runMs !== null) history.add('latency:run:p95', nowMs, runMs)
    },
    donePerSecond: () => done.perSecond(runtime.clock.nowMs(), SHORT_WINDOW_MS),
    failedShare(windowMs, taskGlob) {
      const { finished, failed } = outcomes(windowMs, taskGlob)
      return finished === 0 ? null : failed / finished
    },
    outcomes,
    workerDonePerMinute: (worker) => workers.get(worker)?.sum(runtime.clock.nowMs(), MINUTE_MS) ?? 0,
    queueFlow(queue) {
      const flow = queues.get(queue)
      const nowMs = runtime.clock.nowMs()
      if (flow === undefined) return null
      return {
        inPerSecond: flow.into.perSecond(nowMs, SHORT_WINDOW_MS),
        outPerSecond: flow.outOf.perSecond(nowMs, SHORT_WINDOW_MS),
      }
    },
    takenFrom: (queue) => queues.get(queue)?.taken ?? null,
    failureGroups: (limit) => groups.list(limit),
    latency() {
      const nowMs = runtime.clock.nowMs()
      return { waitP95Ms: wait.minute.quantile(nowMs, 0.95), runP95Ms: run.minute.quantile(nowMs, 0.95) }
    },
  }
}

function createCounts(): Record<Counted, number> {
  return { sent: 0, received: 0, started: 0, succeeded: 0, failed: 0, retried: 0, revoked: 0 }
}

function isCounted(milestone: Milestone): milestone is Counted {
  return milestone !== 'rejected'
}

/** An hour in steps of ten seconds. */
function createOutcomes(): Outcomes {
  return { ended: createCountWindow(10_000, 361), failed: createCountWindow(10_000, 361) }
}

function noteOutcome(outcomes: Outcomes, failed: boolean, nowMs: number): void {
  outcomes.ended.add(nowMs, 1)
  if (failed) outcomes.failed.add(nowMs, 1)
}

/** The entry of a key, made when there is room for one more. */
function entry<T>(map: Map<string, T>, key: string, max: number, make: () => T): T | undefined {
  const found = map.get(key)
  if (found !== undefined || map.size >= max) return found
  const made = make()
  map.set(key, made)
  return made
}

function matchingOutcomes(byTask: ReadonlyMap<string, Outcomes>, glob: string): Outcomes[] {
  return [...byTask].filter(([name]) => matchesGlob(glob, name)).map(([, outcomes]) => outcomes)
}
