/**
 * One task's life in this worker. Pure: what must be done comes back as effects, in the order in which they have to
 * happen (worker-beat.md 2.3, 2.4). Who performs them is the settler.
 */
import type { RetryCall } from '../lib/client/task-context.ts'
import type { EncodedException } from '../lib/protocol/exception-info.ts'

/**
 * new: read, nothing said of it. reserved: announced, waits for its time, its rate or a slot. running: a slot has it.
 * ending: its outcome is being written. settled: nothing follows.
 */
export const PHASES = ['new', 'reserved', 'running', 'ending', 'settled'] as const
export type Phase = (typeof PHASES)[number]

/** What does not change during the life of a request. */
export interface Policy {
  readonly acksLate: boolean
  readonly acksOnFailure: boolean
  readonly acksOnTimeout: boolean
  /** False without a backend, or when results are ignored. */
  readonly storesResults: boolean
  /** As above, but true when errors are stored even if results are ignored. */
  readonly storesErrors: boolean
  readonly tracksStarted: boolean
  /** Late acks: the message of a task whose process was lost goes back. */
  readonly rejectsOnWorkerLost?: boolean
  /** It is a part of the header of a chord. */
  readonly inChord?: boolean
  /** Handlers or listeners wait for the end of the task. */
  readonly hooked?: boolean
}

export interface Request {
  readonly id: string
  readonly phase: Phase
  readonly acknowledged: boolean
  readonly policy: Policy
}

export type EventFields = Readonly<Record<string, unknown>>

/** An exception in the forms in which it is needed. */
export interface Failure {
  readonly exception: EncodedException
  /** `ValueError('boom')` */
  readonly repr: string
  readonly traceback: string | null
}

/** The message of the next try. */
/** What a retry says of its message; plain data. */
export interface RetryOptions
  extends Pick<
    RetryCall,
    | 'queue'
    | 'exchange'
    | 'routingKey'
    | 'priority'
    | 'serializer'
    | 'compression'
    | 'timeLimit'
    | 'softTimeLimit'
    | 'headers'
    | 'shadow'
    | 'ignoreResult'
  > {
  readonly expiresMs?: number
}

export interface RetryPlan {
  readonly cause: Failure
  /** Nothing had gone wrong: no error is stored or told of, as in Celery. */
  readonly isBare?: boolean
  /** Null = at once, as Celery sends a countdown of 0. */
  readonly etaMs: number | null
  readonly args: readonly unknown[] | null
  readonly kwargs: Readonly<Record<string, unknown>> | null
  /** Options of the new message that differ from the old one. */
  readonly options: RetryOptions
  /** For the log: `Retry in 5s: ValueError('x')`. */
  readonly says?: string
  /** Its message is on the way already. */
  readonly sent?: boolean
}

export type Input =
  | { readonly type: 'received'; readonly fields: EventFields }
  | { readonly type: 'accepted'; readonly pid: number; readonly hostname: string }
  | { readonly type: 'returned'; readonly value: unknown; readonly runtimeSeconds: number }
  | { readonly type: 'raised'; readonly failure: Failure }
  | { readonly type: 'retried'; readonly plan: RetryPlan }
  | { readonly type: 'rejected'; readonly requeue: boolean; readonly failure: Failure }
  | { readonly type: 'ignored' }
  | { readonly type: 'timed-out'; readonly failure: Failure }
  /** The process that ran it is gone. */
  | { readonly type: 'lost'; readonly failure: Failure }
  | { readonly type: 'expired' }
  | { readonly type: 'revoked' }
  | { readonly type: 'terminated'; readonly signum: number }
  | { readonly type: 'cancelled'; readonly failure: Failure }
  | { readonly type: 'given-back' }
  /** An effect can never succeed, e.g. a value that no serializer takes. */
  | { readonly type: 'unstorable'; readonly failure: Failure }
  | { readonly type: 'done' }

export type StoredState = 'STARTED' | 'SUCCESS' | 'FAILURE' | 'RETRY' | 'REVOKED'

export type Effect =
  | { readonly type: 'emit'; readonly event: string; readonly fields: EventFields }
  /** The repr of a result is made only where somebody listens. */
  | { readonly type: 'emit-result'; readonly value: unknown; readonly runtimeSeconds: number }
  | { readonly type: 'store'; readonly state: StoredState; readonly result: unknown; readonly traceback: string | null }
  /** Callbacks and the next step of the chain. */
  | { readonly type: 'continue'; readonly value: unknown }
  /** Errbacks, and the failure for all that can no longer run. */
  | { readonly type: 'fail-rest'; readonly failure: Failure }
  /** After the result is stored: the chord may be complete by it. */
  | { readonly type: 'chord-part'; readonly state: StoredState; readonly result: unknown }
  | { readonly type: 'send-retry'; readonly plan: RetryPlan }
  /** on_success and its kind, and the signals, which run where the body ran (worker-beat.md 2.3). */
  | { readonly type: 'hooks'; readonly state: 'SUCCESS' | 'FAILURE' | 'RETRY'; readonly failure: Failure | null }
  | { readonly type: 'ack' }
  | { readonly type: 'reject' }
  | { readonly type: 'requeue' }

export interface Step {
  readonly request: Request
  readonly effects: readonly Effect[]
}

export const ALLOWED: Readonly<Record<Phase, readonly Input['type'][]>> = {
  new: ['received', 'expired', 'revoked', 'raised', 'given-back'],
  reserved: ['accepted', 'expired', 'revoked', 'raised', 'given-back'],
  running: ['returned', 'raised', 'retried', 'rejected', 'ignored', 'timed-out', 'lost', 'terminated', 'cancelled'],
  ending: ['unstorable', 'done'],
  settled: [],
}

export function createRequest(id: string, policy: Policy): Request {
  return { id, phase: 'new', acknowledged: false, policy }
}

export function step(request: Request, input: Input): Step {
  // A slot may report after a time limit or a revoke has settled its task: late news changes nothing.
  if (!ALLOWED[request.phase].includes(input.type)) return { request, effects: [] }

  switch (input.type) {
    case 'received':
      return { request: { ...request, phase: 'reserved' }, effects: [emit('task-received', input.fields)] }
    case 'accepted':
      return accept(request, input.pid, input.hostname)
    case 'returned':
      return end(request, [
        // Before the result, so that whoever sees SUCCESS finds the children (worker-beat.md 2.3).
        { type: 'continue', value: input.value },
        ...(request.policy.storesResults ? [store('SUCCESS', input.value, null)] : []),
        ...chordPart(request, 'SUCCESS', input.value),
        ...hooks(request, 'SUCCESS', null),
        { type: 'emit-result', value: input.value, runtimeSeconds: input.runtimeSeconds },
        ...ackOnce(request),
      ])
    case 'raised':
    case 'unstorable':
      return fail(request, input.failure, request.policy.acksOnFailure ? 'ack' : 'reject')
    case 'timed-out':
      return fail(request, input.failure, request.policy.acksOnTimeout ? 'ack' : 'requeueLast')
    case 'lost':
      return request.policy.rejectsOnWorkerLost === true
        ? fail(request, input.failure, 'requeue')
        : fail(request, input.failure, request.policy.acksOnFailure ? 'ack' : 'reject')
    case 'retried':
      return end(request, [
        { type: 'send-retry', plan: input.plan },
        ...storeRetry(request, input.plan),
        ...hooks(request, 'RETRY', input.plan.cause),
        emit('task-retried', {
          exception: input.plan.isBare === true ? 'None' : input.plan.cause.repr,
          traceback: input.plan.cause.traceback,
        }),
        ...ackOnce(request),
      ])
    case 'rejected':
      return reject(request, input.requeue, input.failure)
    case 'ignored':
      return end(request, ackOnce(request))
    case 'expired':
      return revoke(request, 'expired', { terminated: false, signum: null, expired: true })
    case 'revoked':
      return revoke(request, 'revoked', { terminated: false, signum: null, expired: false })
    case 'terminated':
      return revoke(request, 'terminated', { terminated: true, signum: input.signum, expired: false })
    case 'cancelled':
      return cancel(request, input.failure)
    case 'given-back':
    case 'done':
      return { request: { ...request, phase: 'settled' }, effects: [] }
  }
}

function accept(request: Request, pid: number, hostname: string): Step {
  const { acksLate, tracksStarted, storesResults } = request.policy
  return {
    request: { ...request, phase: 'running', acknowledged: !acksLate },
    effects: [
      emit('task-started', {}),
      ...(acksLate ? [] : [{ type: 'ack' } as const]),
      ...(tracksStarted && storesResults ? [store('STARTED', { pid, hostname }, null)] : []),
    ],
  }
}

/**
 * `requeue`: it will be tried again, so that nobody is told. `requeueLast`: the same for a hard time limit, of which
 * Celery 5.7 tells first; a task that passes its limit each time would else never be seen to fail.
 */
type WhenLate = 'ack' | 'reject' | 'rejectLast' | 'requeue' | 'requeueLast'

function fail(request: Request, failure: Failure, whenLate: WhenLate): Step {
  if (whenLate === 'requeue' && !request.acknowledged) {
    return end(request, [emit('task-rejected', { requeue: true }), { type: 'requeue' }])
  }
  const told = emit('task-failed', { exception: failure.repr, traceback: failure.traceback })
  const refusal: readonly Effect[] = [emit('task-rejected', { requeue: false }), { type: 'reject' }]
  // Celery tells of the rejection before the failure, except where the task itself threw Reject.
  const requeued: readonly Effect[] = [emit('task-rejected', { requeue: true }), { type: 'requeue' }]
  const last = { reject: [...refusal, told], rejectLast: [told, ...refusal], requeueLast: [told, ...requeued] }
  const refuses = whenLate !== 'ack' && whenLate !== 'requeue' && !request.acknowledged
  return end(request, [
    ...storeError(request, 'FAILURE', failure),
    ...chordPart(request, 'FAILURE', failure.exception),
    { type: 'fail-rest', failure },
    ...hooks(request, 'FAILURE', failure),
    ...(refuses ? last[whenLate] : [told, ...ackOnce(request)]),
  ])
}

/** The task threw Reject. What is acknowledged already cannot be refused any more. */
function reject(request: Request, requeue: boolean, failure: Failure): Step {
  if (requeue) {
    const back = request.acknowledged ? [] : [emit('task-rejected', { requeue }), { type: 'requeue' } as const]
    return end(request, back)
  }
  return fail(request, failure, 'rejectLast')
}

function revoke(request: Request, reason: string, fields: EventFields): Step {
  const exception: EncodedException = {
    exc_type: 'TaskRevokedError',
    exc_message: [reason],
    exc_module: 'celery.exceptions',
  }
  return end(request, [
    ...(request.policy.storesErrors ? [store('REVOKED', exception, null)] : []),
    ...chordPart(request, 'REVOKED', exception),
    ...ackOnce(request),
    emit('task-revoked', fields),
  ])
}

/**
 * Cold shutdown. A message that is not acknowledged goes back. One that is has no other end than this failure; Celery
 * leaves it as RETRY for ever, although no retry was sent (worker-beat.md 1.3).
 */
function cancel(request: Request, failure: Failure): Step {
  if (!request.acknowledged) return end(request, [emit('task-cancelled', {}), { type: 'requeue' }])
  const { request: ended, effects } = fail(request, failure, 'ack')
  return { request: ended, effects: [emit('task-cancelled', {}), ...effects] }
}

function end(request: Request, effects: readonly Effect[]): Step {
  return { request: { ...request, phase: request.phase === 'ending' ? 'settled' : 'ending' }, effects }
}

function hooks(request: Request, state: 'SUCCESS' | 'FAILURE' | 'RETRY', failure: Failure | null): readonly Effect[] {
  return request.policy.hooked === true ? [{ type: 'hooks', state, failure }] : []
}

function chordPart(request: Request, state: StoredState, result: unknown): readonly Effect[] {
  return request.policy.inChord === true ? [{ type: 'chord-part', state, result }] : []
}

function ackOnce(request: Request): readonly Effect[] {
  return request.acknowledged ? [] : [{ type: 'ack' }]
}

function storeError(request: Request, state: StoredState, failure: Failure): readonly Effect[] {
  return request.policy.storesErrors ? [store(state, failure.exception, failure.traceback)] : []
}

function storeRetry(request: Request, { cause, isBare = false }: RetryPlan): readonly Effect[] {
  if (!request.policy.storesErrors) return []
  return [store('RETRY', isBare ? null : cause.exception, cause.traceback)]
}

function store(state: StoredState, result: unknown, traceback: string | null): Effect {
  return { type: 'store', state, result, traceback }
}

function emit(event: string, fields: EventFields): Effect {
  return { type: 'emit', event, fields }
}
