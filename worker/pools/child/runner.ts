/** Runs one job after the other in a child. */
import type { Delivery } from '../../../lib/broker/broker.ts'
import type { Celery } from '../../../lib/client/celery.ts'
import { UmbelError } from '../../../lib/errors.ts'
import type { SoftTimeLimitExceeded } from '../../../lib/protocol/exceptions.ts'
import { parseEnvelope } from '../../../lib/protocol/message.ts'
import { createRuntime } from '../../../lib/runtime/runtime.ts'
import { registerBuiltInTasks } from '../../built-in-tasks.ts'
import { celeryError } from '../../celery-error.ts'
import { asEncodeError } from '../../encode-error.ts'
import { failureOf } from '../../failure.ts'
import type { RunEnd, RunHooks } from '../../hooks.ts'
import type { HowItEnded, Outcome } from '../../outcome.ts'
import type { Policy } from '../../request.ts'
import { type RunParts, runTask } from '../../run-task.ts'
import { decide } from '../../strategy.ts'
import type { TaskRun } from '../../task-run.ts'
import { StopSource } from '../stop-source.ts'
import { type EndFacts, type FromChild, writeLine } from './wire.ts'

export interface RunnerParts {
  readonly app: Celery
  readonly hostname: string
  readonly send: (message: FromChild) => void
  /** Null: nobody wants to know. */
  readonly memoryKb: (() => number) | null
}

export interface Runner {
  start(job: number, raw: string, softLimitMs: number | null): void
  /** Asks the running body to stop; `job` null = whichever it is. */
  stop(job: number | null, reason: SoftTimeLimitExceeded): void
  runHooks(job: number, end: RunEnd | null): void
  answer(question: number, error: string | null): void
  /** The running job fails with this; false when none runs. */
  fail(error: unknown): boolean
}

interface Running {
  readonly job: number
  readonly stop: StopSource
  readonly run: TaskRun | null
  hooks: RunHooks | null
  ended: boolean
}

export function createRunner({ app, hostname, send, memoryKb }: RunnerParts): Runner {
  registerBuiltInTasks(app)
  const questions = new Map<number, { resolve(): void; reject(error: Error): void }>()
  let lastQuestion = 0
  let current: Running | null = null
  const jobs = new WeakMap<TaskRun, number>()
  const jobOf = (run: TaskRun) => jobs.get(run) ?? -1

  function ask(message: (question: number) => FromChild): Promise<void> {
    const question = ++lastQuestion
    return new Promise((resolve, reject) => {
      questions.set(question, { resolve, reject })
      send(message(question))
    })
  }

  const log = {
    debug() {},
    info() {},
    warning: (line: string) => send(['log', 'warning', line]),
    error: (line: string) => send(['log', 'error', line]),
  }
  const parts: RunParts = {
    hostname,
    runtime: createRuntime({ log }),
    signals: app.signals,
    sender: null,
    storeState: (run, id, state, meta) => ask((question) => ['state', question, jobOf(run), id, state, meta]),
    sendRetry: (run, plan) => ask((question) => ['retry', question, jobOf(run), plan]),
    sendEvent: (run, type, fields) => send(['event', jobOf(run), type, fields]),
  }
  const strategy = {
    get tasks() {
      return app.tasks
    },
    get acceptContent() {
      return app.compiled.acceptContent
    },
    get codecs() {
      return app.compiled.codecs
    },
    policyOf: () => POLICY,
  }

  function read(raw: string): TaskRun {
    const envelope = parseEnvelope(raw)
    if (!envelope.ok) throw new UmbelError('message/invalid', { reason: envelope.detail, expected: 'an envelope' })
    const decision = decide(deliveryOf(raw, envelope.value), strategy)
    if (decision.type === 'task') return decision.hand
    if (decision.type === 'not-registered') throw celeryError('NotRegistered', [decision.message.task])
    throw new UmbelError('message/invalid', { reason: decision.detail, expected: 'a task' })
  }

  function end(running: Running, outcome: Outcome): void {
    if (running.ended) return
    running.ended = true
    const { hooks, ...ended } = outcome
    running.hooks = hooks ?? null
    if (hooks === undefined) current = null
    tell(running, ended, factsOf(running))
  }

  function tell(running: Running, ended: HowItEnded, facts: EndFacts): void {
    let line: FromChild = ['end', running.job, ended, facts]
    try {
      writeLine(line)
    } catch (error) {
      line = ['end', running.job, { type: 'raised', failure: failureOf(asEncodeError(error)) }, facts]
    }
    send(line)
  }

  function factsOf({ run, hooks, stop }: Running): EndFacts {
    return {
      ...(run === null || run.children.length === 0 ? {} : { children: run.children }),
      ...(hooks === null ? {} : { hooked: true }),
      ...(stop.abandoned ? { spent: true } : {}),
      ...(memoryKb === null ? {} : { memoryKb: memoryKb() }),
    }
  }

  return {
    start(job, raw, softLimitMs) {
      const stop = new StopSource()
      let run: TaskRun
      try {
        run = read(raw)
      } catch (error) {
        end({ job, stop, run: null, hooks: null, ended: false }, { type: 'raised', failure: failureOf(error) })
        return
      }
      jobs.set(run, job)
      const running: Running = { job, stop, run, hooks: null, ended: false }
      current = running
      const outcome = runTask(run, stop, { softLimitMs, hardLimitMs: null, interrupts: true, stoppable: true }, parts)
      if (outcome instanceof Promise) void outcome.then((value) => end(running, value))
      else end(running, outcome)
    },
    stop(job, reason) {
      if (current !== null && (job === null || current.job === job)) current.stop.stop(reason)
    },
    runHooks(job, at) {
      const running = current
      if (running === null || running.job !== job) return
      const done = () => {
        current = null
        send(['hooked', job])
      }
      void (running.hooks?.(at) ?? Promise.resolve()).then(done, done)
    },
    answer(question, error) {
      const asked = questions.get(question)
      questions.delete(question)
      if (error === null) asked?.resolve()
      else asked?.reject(new Error(error))
    },
    fail(error) {
      const running = current
      if (running === null || running.ended) return false
      running.stop.abandoned = true
      end(running, { type: 'raised', failure: failureOf(error) })
      return true
    },
  }
}

/** The worker has its own; in a child nothing is acknowledged or stored. */
const POLICY: Policy = {
  acksLate: false,
  acksOnFailure: true,
  acksOnTimeout: true,
  storesResults: false,
  storesErrors: false,
  tracksStarted: false,
}

function deliveryOf(raw: string, envelope: Delivery['envelope']): Delivery {
  const nothing = async () => {}
  return { tag: '', queue: '', envelope, raw, ack: nothing, reject: nothing, requeue: nothing }
}
