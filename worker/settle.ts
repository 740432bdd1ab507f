/**
 * Carries out what requests decide.
 *  Effects of one request happen in order, also across calls; requests do not wait for each other.
 *  While broker or results are away they are tried again, as long as the worker lives: an outcome is never dropped.
 *  The bound is on work taken, not on outcomes kept: `full` tells the executor to start nothing more.
 */
import { randomUUID } from 'node:crypto'
import type { EarlyAck } from '../lib/broker/broker.ts'
import { publishTask } from '../lib/client/publish-task.ts'
import { announce, type Sender } from '../lib/client/send.ts'
import type { Compiled } from '../lib/client/settings/compile.ts'
import { isProblem, isUmbelError, messageOf } from '../lib/errors.ts'
import { createTaskEnvelope, type TaskMessage } from '../lib/protocol/task-message.ts'
import type { ResultStore, TaskMeta } from '../lib/results/results.ts'
import { backoffMs } from '../lib/runtime/backoff.ts'
import { type FailParts, failChain } from './chord-failure.ts'
import { addChordPart } from './chord-part.ts'
import { createChordWatch } from './chord-watch.ts'
import { continueWith, originOf } from './continuation.ts'
import { asEncodeError } from './encode-error.ts'
import { runErrbacks } from './errbacks.ts'
import type { Events } from './events.ts'
import { failureOf } from './failure.ts'
import { type Effect, type Failure, type Input, type RetryPlan, step } from './request.ts'
import { resultRepr } from './result-repr.ts'
import { retryMessage } from './retry-message.ts'
import { deliveryInfoOf, NOTHING_PENDING, type TaskInHand } from './task-in-hand.ts'
import { metaOf } from './task-meta.ts'
import type { TaskRun } from './task-run.ts'
import { tellInternalError, tellRevoked } from './task-signals.ts'

export interface SettlerParts {
  readonly hostname: string
  readonly sender: Sender
  readonly events: Events
  readonly results: ResultStore | null
  readonly settings: () => Compiled
  /** Most requests whose effects may be unfinished before nothing more is started. */
  readonly backlog: number
  /** How long without a sign of life until this worker counts as gone. */
  readonly leaseMs: () => number
  /** The request needs nothing more. */
  readonly onSettled: (hand: TaskInHand) => void
  /** A task has succeeded, and this is known to others or about to be. */
  readonly onSucceeded?: (hand: TaskInHand) => void
  /** A late acknowledgement is on its way. */
  readonly onLateAck?: (hand: TaskInHand) => void
}

export interface Settler {
  readonly full: boolean
  readonly waiting: number
  /** Gives the request its input and performs what follows; resolves when that is done. Never rejects. */
  advance(hand: TaskInHand, input: Input): Promise<void>
  /** Stores a state of the user's own. Throws when it cannot be stored. */
  storeState(hand: TaskRun & { readonly tail?: Promise<void> }, id: string, state: string, meta: unknown): Promise<void>
  /** Sends the next try of a task. Throws when it cannot be sent. */
  sendRetry(hand: TaskRun, plan: RetryPlan): Promise<void>
  /** For a message that never became a request. Throws when it cannot be stored. */
  storeMeta(meta: TaskMeta): Promise<void>
  /** Of a task that will never run: all that waits for it ends with it. Throws as `storeMeta`. */
  abandon(message: TaskMessage, failure: Failure): Promise<void>
  /** Counts the part of a task that has ended elsewhere, if it is part of a chord. Throws as `storeMeta`. */
  addPart(message: TaskMessage, state: string, result: unknown): Promise<void>
  onRoom(listener: () => void): void
  /** No more tries for what does not succeed. */
  giveUp(): void
  /** From now on messages that are to go back are left to the consumer, which gives back all it holds at its end. */
  keepForReturn(): void
}

/**
 * While the other side is away every try waits for its connection; what holds a slot must not sleep on when it is
 * back. A side that is there and refuses (out of memory) is asked less often.
 */
const RETRY = {
  unreachable: { firstMs: 20, maxMs: 250, jitter: 0.5 },
  refused: { firstMs: 50, maxMs: 2_000, jitter: 0.3 },
}

export function createSettler(parts: SettlerParts): Settler {
  const { sender, events, results, hostname, settings } = parts
  const { runtime } = sender
  const ended = new AbortController()
  const roomListeners: (() => void)[] = []
  let waiting = 0
  let keepsForReturn = false

  /** Tries until it succeeds or can never succeed; then the error is thrown. */
  function insist(what: string, work: () => Promise<void>): Promise<void> {
    return work().catch((error: unknown) => insistAgain(what, work, error))
  }

  async function insistAgain(what: string, work: () => Promise<void>, first: unknown): Promise<void> {
    let error = first
    for (let attempt = 0; ; attempt++) {
      if (!isTransient(error) || ended.signal.aborted) throw error
      if (attempt === 0) runtime.log.warning(`${what} failed; it is tried again`, { reason: messageOf(error) })
      const limits = isProblem(error, 'broker/unreachable') ? RETRY.unreachable : RETRY.refused
      await runtime.clock.sleep(backoffMs(attempt, limits, runtime.random), ended.signal)
      try {
        await work()
        return
      } catch (again) {
        error = again
      }
    }
  }

  /** `message`: whose sender waits for it, where results are sent instead of stored. */
  function storeMeta(meta: TaskMeta, message?: TaskRun['message']): Promise<void> {
    if (results === null) return NOTHING_PENDING
    const { resultExpiresMs, failureExpiresMs } = settings()
    const expiresMs = meta.status === 'FAILURE' ? failureExpiresMs : resultExpiresMs
    if (results.replyTo === null || message === undefined) return results.set(meta, expiresMs)
    const reply = { replyTo: message.replyTo ?? '', correlationId: message.correlationId ?? message.id }
    return results.set(meta, expiresMs, reply)
  }

  function metaFor(hand: TaskRun, state: string, result: unknown, traceback: string | null): TaskMeta {
    const nowMs = runtime.clock.nowMs()
    return metaOf(hand, { state, result, traceback, nowMs, hostname, extended: settings().resultExtended })
  }

  async function sendRetry(hand: TaskRun, plan: RetryPlan): Promise<void> {
    const message = retryMessage(hand, plan, sender.origin, settings())
    const envelope = createTaskEnvelope(message, { newId: randomUUID, codecs: settings().codecs })
    const { exchange, routingKey } = message
    const exchangeType = exchange === '' ? 'direct' : sender.queues().exchangeType(exchange)
    const to = { exchange, exchangeType, routingKey, queue: null }
    await insist('sending a retry', () => publishTask(sender, envelope, to, null))
    if (settings().sendSentEvent) await announce(sender, envelope, hand.message.id, to)
  }

  const failing: FailParts = {
    sender,
    results,
    isExtended: () => settings().resultExtended,
    storeMeta: (meta) => insist('storing a failure', () => storeMeta(meta)),
    addPart: (task, state, result) => insist('counting a chord', () => addChordPart(failing, task, state, result)),
    watchChord: { note: (task) => chordWatch.note(task), forget: (groupId) => chordWatch.forget(groupId) },
  }
  const chordWatch = createChordWatch(failing, ended.signal)

  async function addPart(message: TaskMessage, state: string, result: unknown): Promise<void> {
    const { group: groupId, groupIndex, embed } = message
    if (embed.chord === null) return
    await failing.addPart(
      { ...originOf({ message, children: [] }), groupId, groupIndex, chord: embed.chord },
      state,
      result,
    )
  }

  /** Celery leaves a chord waiting for a part that nobody knows how to run. */
  async function abandon(message: TaskMessage, failure: Failure): Promise<void> {
    const { chain } = message.embed
    await addPart(message, 'FAILURE', failure.exception)
    if (chain !== null) await failChain(failing, chain, failure)
  }

  /** All that waited for this task ends with it, and its errbacks are told. */
  async function failRest(hand: TaskInHand, failure: Failure): Promise<void> {
    const { chain, errbacks } = hand.message.embed
    if (chain !== null) await failChain(failing, chain, failure, { stores: hand.request.policy.storesErrors })
    if (errbacks === null || errbacks.length === 0) return
    const request = { ...hand.message, ...hand.message.embed, deliveryInfo: deliveryInfoOf(hand), hostname }
    await insist('sending errbacks', () => runErrbacks(failing, { ...originOf(hand), errbacks, request }, failure))
  }

  /** Of a message that came twice one goes back, the last; what is left is acknowledged with the request's end. */
  async function giveBack(hand: TaskInHand): Promise<void> {
    const copies = [hand.delivery, ...hand.again]
    const last = copies.pop() ?? hand.delivery
    hand.isGivenBack = true
    hand.again.length = 0
    if (keepsForReturn) return
    hand.again.push(...copies.filter(({ tag }) => tag !== last.tag))
    await insist('a requeue', () => last.requeue())
  }

  /** Undefined: it is done, and there is nothing to wait for. */
  function perform(hand: TaskInHand, effect: Effect): Promise<void> | undefined {
    const { delivery, message } = hand
    switch (effect.type) {
      case 'emit':
        emit(hand, effect)
        return
      case 'emit-result':
        parts.onSucceeded?.(hand)
        if (!events.taskEvents || hand.task.options.sendEvents === false) return
        events.sendTask('task-succeeded', {
          uuid: message.id,
          result: resultRepr(hand, effect.value),
          runtime: effect.runtimeSeconds,
        })
        return
      case 'store':
        return insist('storing a result', () =>
          storeMeta(metaFor(hand, effect.state, effect.result, effect.traceback), message),
        )
      case 'continue':
        return continueWith(failing, hand, effect.value)
      case 'chord-part': {
        const { group: groupId, groupIndex, embed } = message
        const task = { ...originOf(hand), groupId, groupIndex, chord: embed.chord }
        return failing.addPart(task, effect.state, effect.result)
      }
      case 'fail-rest':
        return failRest(hand, effect.failure)
      case 'send-retry':
        return effect.plan.sent === true ? undefined : sendRetry(hand, effect.plan)
      case 'hooks':
        return hand.hooks?.(effect)
      case 'ack':
        if (hand.request.policy.acksLate) parts.onLateAck?.(hand)
        return insist('an acknowledgement', () => delivery.ack(earlyAckOf(hand)))
      case 'reject':
        return insist('a reject', () => delivery.reject())
      case 'requeue':
        return giveBack(hand)
    }
  }

  /** Events wait for nothing; and a body that starts now must not overtake the news of its start. What is left. */
  function tellAtOnce(hand: TaskInHand, effects: readonly Effect[]): readonly Effect[] {
    let told = 0
    for (const effect of effects) {
      if (effect.type !== 'emit') break
      emit(hand, effect)
      told++
    }
    return told === 0 ? effects : effects.slice(told)
  }

  function emit(hand: TaskInHand, { event, fields }: Effect & { readonly type: 'emit' }): void {
    if (event === 'task-revoked') tellRevoked(sender.signals, hand, hostname, fields)
    if (!events.taskEvents || hand.task.options.sendEvents === false) return
    events.sendTask(event, { uuid: hand.message.id, ...fields })
  }

  /** All effects in order; null, or what the first one that can never succeed amounts to. */
  async function performAll(hand: TaskInHand, effects: readonly Effect[], isEnd: boolean): Promise<Input | null> {
    for (const effect of effects) {
      try {
        const doing = perform(hand, effect)
        if (doing !== undefined) await doing
      } catch (error) {
        if (isEnd && hand.request.phase === 'ending' && MAY_FAIL.has(effect.type)) {
          return { type: 'unstorable', failure: failureOf(asEncodeError(error)) }
        }
        runtime.log.error(`${effect.type} failed for a task`, { id: hand.message.id, reason: messageOf(error) })
        tellInternalError(sender.signals, hand, hostname, error)
      }
    }
    return null
  }

  async function run(hand: TaskInHand, effects: readonly Effect[], isEnd: boolean, before: Promise<void>) {
    await before
    let next = await performAll(hand, effects, isEnd)
    // An earlier run must not end a request whose outcome has come meanwhile: that is for the run of the outcome.
    while (next !== null || (isEnd && hand.request.phase === 'ending')) {
      const { request, effects: more } = step(hand.request, next ?? { type: 'done' })
      hand.request = request
      next = more.length === 0 ? null : await performAll(hand, more, isEnd)
    }
  }

  function done(hand: TaskInHand, tail: Promise<void>): void {
    waiting--
    if (hand.tail === tail) hand.tail = NOTHING_PENDING
    if (hand.request.phase === 'settled') settled(hand)
    for (const listener of roomListeners) listener()
  }

  /** What runs on after its acknowledgement; with what follows it, until that is sent. */
  function earlyAckOf(hand: TaskInHand): EarlyAck | null {
    if (hand.request.policy.acksLate) return null
    const { chord, chain, callbacks, errbacks } = hand.message.embed
    const isFollowed = (chord ?? chain ?? callbacks ?? errbacks ?? null) !== null
    return {
      leaseMs: parts.leaseMs(),
      isOver: () => hand.request.phase === 'settled' || (hand.request.phase === 'ending' && !isFollowed),
    }
  }

  function settled(hand: TaskInHand): void {
    hand.delivery.over?.()
    parts.onSettled(hand)
  }

  return {
    get full() {
      return waiting >= parts.backlog
    },
    get waiting() {
      return waiting
    },
    advance(hand, input) {
      const { request, effects } = step(hand.request, input)
      if (request === hand.request) return hand.tail
      hand.request = request
      const isEnd = request.phase === 'ending'
      const rest = hand.tail === NOTHING_PENDING ? tellAtOnce(hand, effects) : effects
      if (rest.length === 0 && !isEnd && request.phase !== 'settled') return hand.tail
      waiting++
      const tail: Promise<void> = run(hand, rest, isEnd, hand.tail).then(() => done(hand, tail))
      hand.tail = tail
      return tail
    },
    async storeState(hand, id, state, meta) {
      await hand.tail // STARTED may be on its way still, and would take the place of what follows it
      await storeMeta({ ...metaFor(hand, state, meta, null), task_id: id }, hand.message)
    },
    storeMeta: (meta) => storeMeta(meta),
    abandon,
    addPart,
    sendRetry,
    onRoom: (listener) => void roomListeners.push(listener),
    giveUp: () => ended.abort(),
    keepForReturn() {
      keepsForReturn = true
    },
  }
}

/** After these, the outcome can still become a failure; later ones only tell of it. */
const MAY_FAIL: ReadonlySet<Effect['type']> = new Set(['continue', 'store', 'send-retry'])

/** What passes by itself: the other side is away. A message or value that cannot be sent never gets better. */
function isTransient(error: unknown): boolean {
  return isUmbelError(error) && error.code.startsWith('broker/') && error.code !== 'broker/closed'
}
