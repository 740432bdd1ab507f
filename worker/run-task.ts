/** Runs the body of one task and says how it ended. What a thrown value means is decided here, nowhere else. */
import { type CurrentTask, runAs } from '../lib/client/current-task.ts'
import { bindParams } from '../lib/client/params.ts'
import type { Sender } from '../lib/client/send.ts'
import type { RetryCall, TaskContext } from '../lib/client/task.ts'
import type { TaskRequest } from '../lib/client/task-request.ts'
import { Retry, verdictOf } from '../lib/protocol/exceptions.ts'
import { celeryError } from './celery-error.ts'
import { failureOf } from './failure.ts'
import type { Outcome } from './outcome.ts'
import type { RetryPlan } from './request.ts'
import { customHeaders } from './retry-message.ts'
import { backoffSeconds, decideRetry, isAutoretried, maxRetriesOf } from './retry-plan.ts'
import { deliveryInfoOf, type TaskInHand } from './task-in-hand.ts'

export interface RunParts {
  readonly hostname: string
  readonly sender: Sender
  /** Stores a state of the user's own. */
  readonly storeState: (hand: TaskInHand, id: string, state: string, meta: unknown) => Promise<void>
  readonly sendEvent: (hand: TaskInHand, type: string, fields: Readonly<Record<string, unknown>>) => void
}

/** Never rejects. */
export async function runTask(hand: TaskInHand, signal: AbortSignal, parts: RunParts): Promise<Outcome> {
  const { message, task } = hand
  const plans = new WeakMap<object, RetryPlan>()
  try {
    if (message.embed.chord !== null) throw chordUnsupported()
    const context = contextOf(hand, signal, parts, plans)
    const args = task.parameters === null ? positional(hand) : bindParams(task.parameters, message.args, message.kwargs)
    const value = await runAs(currentOf(hand, parts.sender), () =>
      task.options.bind === true ? task.handler(context, ...args) : task.handler(...args),
    )
    return { type: 'returned', value }
  } catch (thrown) {
    return outcomeOf(hand, thrown, plans, parts.sender)
  }
}

function outcomeOf(hand: TaskInHand, thrown: unknown, plans: WeakMap<object, RetryPlan>, sender: Sender): Outcome {
  const verdict = verdictOf(thrown)
  if (verdict === null) return autoretryOutcome(hand, thrown, sender)
  switch (verdict.verdict) {
    case 'ignore':
      return { type: 'ignored' }
    case 'reject': {
      const error = celeryError('Reject', [verdict.reason, verdict.requeue])
      return { type: 'rejected', requeue: verdict.requeue, failure: { ...failureOf(error), repr: verdict.message } }
    }
    case 'retry': {
      const plan = plans.get(verdict)
      if (plan !== undefined) return { type: 'retried', plan }
      const call = { exc: verdict.cause, countdown: verdict.countdown ?? undefined, eta: verdict.eta ?? undefined }
      return retryOutcome(hand, withoutUndefined(call), sender)
    }
  }
}

function autoretryOutcome(hand: TaskInHand, thrown: unknown, sender: Sender): Outcome {
  const { options } = hand.task
  if (!isAutoretried(thrown, options)) return { type: 'raised', failure: failureOf(thrown) }
  const countdown = backoffSeconds(options, hand.message.retries, sender.runtime.random)
  return retryOutcome(hand, withoutUndefined({ exc: thrown, countdown }), sender)
}

function retryOutcome(hand: TaskInHand, call: RetryCall, sender: Sender): Outcome {
  const decision = decideRetry(call, factsOf(hand, sender))
  if (decision.again) return { type: 'retried', plan: decision.plan }
  return { type: 'raised', failure: failureOf(decision.error) }
}

function factsOf({ message, task }: TaskInHand, sender: Sender) {
  const { id, args, kwargs, retries } = message
  return { options: task.options, name: task.name, id, args, kwargs, retries, nowMs: sender.runtime.clock.nowMs() }
}

function contextOf(
  hand: TaskInHand,
  signal: AbortSignal,
  { hostname, sender, storeState, sendEvent }: RunParts,
  plans: WeakMap<object, RetryPlan>,
): TaskContext {
  return {
    name: hand.task.name,
    request: requestOf(hand, hostname),
    maxRetries: maxRetriesOf(hand.task.options),
    signal,
    retry(call = {}) {
      const decision = decideRetry(call, factsOf(hand, sender))
      if (!decision.again) return decision.error instanceof Error ? decision.error : new Error(String(decision.error))
      const verdict = new Retry(`Retry: ${decision.plan.cause.repr}`, { cause: call.exc })
      plans.set(verdict, decision.plan)
      return verdict
    },
    updateState: ({ state, meta, taskId }) => storeState(hand, taskId ?? hand.message.id, state, meta),
    sendEvent: (type, fields = {}) => sendEvent(hand, type, fields),
  }
}

function requestOf(hand: TaskInHand, hostname: string): TaskRequest {
  const { embed, headers, protocol: _, utc: __, priority: ___, timelimit, ...rest } = hand.message
  const custom = customHeaders(headers)
  return {
    ...rest,
    ...embed,
    timelimit,
    timeLimit: timelimit[0],
    softTimeLimit: timelimit[1],
    headers: Object.keys(custom).length === 0 ? null : custom,
    hostname,
    deliveryInfo: deliveryInfoOf(hand),
    isEager: false,
    calledDirectly: false,
  }
}

function currentOf({ message, children }: TaskInHand, sender: Sender): CurrentTask {
  return { id: message.id, rootId: message.rootId, priority: message.priority, sender, children }
}

/** Without declared parameters there is no place for keyword arguments. */
function positional({ message, task }: TaskInHand): readonly unknown[] {
  const [name] = Object.keys(message.kwargs)
  if (name === undefined) return message.args
  const functionName = task.name.slice(task.name.lastIndexOf('.') + 1)
  throw new TypeError(`${functionName}() got an unexpected keyword argument '${name}'`)
}

function chordUnsupported(): Error {
  return celeryError(
    'NotImplementedError',
    ['This task is a part of a chord, and Umbel workers cannot complete chords yet. Run it on a Python worker.'],
    'builtins',
  )
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  // Optional fields that are undefined are the same as absent ones.
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as never
}
