/** `self` of a bound task: what a body can ask of the worker that runs it. */

import { checkRetryCall } from '../lib/client/call-option-kinds.ts'
import type { CanvasResult } from '../lib/client/canvas/canvas-result.ts'
import type { Signature } from '../lib/client/canvas/signature.ts'
import type { Sender } from '../lib/client/send.ts'
import type { Signals } from '../lib/client/signals.ts'
import type { RetryCall, TaskContext } from '../lib/client/task-context.ts'
import type { TaskRequest } from '../lib/client/task-request.ts'
import { Retry } from '../lib/protocol/exceptions.ts'
import type { SignatureData } from '../lib/protocol/signature.ts'
import type { Runtime } from '../lib/runtime/runtime.ts'
import type { StopSource } from './pools/stop-source.ts'
import type { RetryPlan } from './request.ts'
import { customHeaders } from './retry-message.ts'
import { decideRetry, maxRetriesOf, type RetryFacts } from './retry-plan.ts'
import { deliveryInfoOf } from './task-in-hand.ts'
import type { TaskRun } from './task-run.ts'

export interface RunParts {
  readonly hostname: string
  readonly runtime: Runtime
  readonly signals: Signals
  /** Null: the app makes connections of its own when a body sends something. */
  readonly sender: Sender | null
  /** Stores a state of the user's own. */
  readonly storeState: (run: TaskRun, id: string, state: string, meta: unknown) => Promise<void>
  readonly sendEvent: (run: TaskRun, type: string, fields: Readonly<Record<string, unknown>>) => void
  /** Sends the next try before this one has ended: `retry({ throw: false })`. */
  readonly sendRetry: (run: TaskRun, plan: RetryPlan) => Promise<void>
}

/** A bound task, and what its retries have decided. */
export class BoundTask implements TaskContext {
  readonly name: string
  readonly maxRetries: number | null
  /** max_retries of the last call of `retry`, which automatic retries go by as well. */
  override: number | null | undefined = undefined
  /** Retries that are on their way already. */
  sending: Promise<void> | null = null
  readonly #run: TaskRun
  readonly #stop: StopSource
  readonly #parts: RunParts
  /** Made by the first retry. */
  #plans: WeakMap<object, RetryPlan> | null = null
  #request: TaskRequest | null = null

  constructor(run: TaskRun, stop: StopSource, parts: RunParts) {
    this.name = run.task.name
    this.maxRetries = maxRetriesOf(run.task.options)
    this.#run = run
    this.#stop = stop
    this.#parts = parts
  }

  get request(): TaskRequest {
    this.#request ??= requestOf(this.#run, this.#parts.hostname)
    return this.#request
  }

  get signal(): AbortSignal {
    return this.#stop.signal
  }

  retry(call: RetryCall = {}): Retry {
    checkRetryCall(this.name, call)
    if (call.maxRetries !== undefined) this.override = call.maxRetries
    const decision = decideRetry(call, factsOf(this.#run, this.#parts.runtime))
    if (!decision.again) throw decision.error
    const verdict = new Retry(decision.plan.says, { cause: call.exc })
    this.#plans ??= new WeakMap()
    if (call.throw !== false) {
      this.#plans.set(verdict, decision.plan)
      throw verdict
    }
    this.#plans.set(verdict, { ...decision.plan, sent: true })
    this.sending = this.#parts.sendRetry(this.#run, decision.plan)
    this.sending.catch(() => {}) // the end of the run waits for it
    return verdict
  }

  /** What a Retry of this task stands for; null for one that somebody else made. */
  planOf(verdict: object): RetryPlan | null {
    return this.#plans?.get(verdict) ?? null
  }

  updateState({ state, meta, taskId }: Parameters<TaskContext['updateState']>[0]): Promise<void> {
    return this.#parts.storeState(this.#run, taskId ?? this.#run.message.id, state, meta)
  }

  replace(sig: SignatureData): Promise<never> {
    const { onReplace } = this.#run.task.options
    const replaced = import('./replace.ts').then(({ replaceTask }) =>
      replaceTask(this.request, sig, onReplace?.bind(this)),
    )
    replaced.catch(() => {}) // of a body that does not wait for it
    return replaced
  }

  async addToChord(sig: SignatureData, options: { readonly lazy?: boolean } = {}): Promise<CanvasResult | Signature> {
    const { addToChord } = await import('./replace.ts')
    return addToChord(this.request, sig, options)
  }

  sendEvent(type: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#parts.sendEvent(this.#run, type, fields)
  }
}

export function factsOf({ message, task }: TaskRun, runtime: Runtime): RetryFacts {
  const { id, args, kwargs, retries } = message
  const { options, name, parameters } = task
  return { options, name, id, args, kwargs, retries, parameters, nowMs: runtime.clock.nowMs() }
}

export function requestOf(run: TaskRun, hostname: string): TaskRequest {
  const { embed, headers, protocol: _, utc: __, priority: ___, timelimit, ...rest } = run.message
  const custom = customHeaders(headers)
  return {
    ...rest,
    ...embed,
    timelimit,
    timeLimit: timelimit[0],
    softTimeLimit: timelimit[1],
    headers: Object.keys(custom).length === 0 ? null : custom,
    hostname,
    deliveryInfo: deliveryInfoOf(run),
    isEager: false,
    calledDirectly: false,
  }
}
