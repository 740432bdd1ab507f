/**
 * Carries out what requests decide.
 *  Effects of one request happen in order, also across calls; requests do not wait for each other.
 *  While broker or results are away they are tried again, as long as the worker lives: an outcome is never dropped.
 *  The bound is on work taken, not on outcomes kept: `full` tells the executor to start nothing more.
 */
import { randomUUID } from 'node:crypto'
import { announce, type Sender } from '../lib/client/send.ts'
import type { Compiled } from '../lib/client/settings/compile.ts'
import { isUmbelError, messageOf } from '../lib/errors.ts'
import { pythonRepr } from '../lib/protocol/repr.ts'
import { createTaskEnvelope } from '../lib/protocol/task-message.ts'
import type { ResultStore, TaskMeta } from '../lib/results/results.ts'
import { backoffMs } from '../lib/runtime/backoff.ts'
import { nodeCodecs } from '../lib/runtime/codecs.ts'
import { celeryError } from './celery-error.ts'
import { continueWith, laterStepIds, sendErrbacks } from './continuation.ts'
import type { Events } from './events.ts'
import { failureOf } from './failure.ts'
import { type Effect, type Failure, type Input, step } from './request.ts'
import { retryMessage } from './retry-message.ts'
import type { TaskInHand } from './task-in-hand.ts'
import { metaOf } from './task-meta.ts'

export interface SettlerParts {
  readonly hostname: string
  readonly sender: Sender
  readonly events: Events
  readonly results: ResultStore | null
  readonly settings: () => Compiled
  /** Most requests whose effects may be unfinished before nothing more is started. */
  readonly backlog: number
  /** The request needs nothing more. */
  readonly onSettled: (hand: TaskInHand) => void
}

export interface Settler {
  readonly full: boolean
  readonly waiting: number
  /** Gives the request its input and performs what follows; resolves when that is done. Never rejects. */
  advance(hand: TaskInHand, input: Input): Promise<void>
  /** Stores a state of the user's own. Throws when it cannot be stored. */
  storeState(hand: TaskInHand, id: string, state: string, meta: unknown): Promise<void>
  /** For a message that never became a request. Throws when it cannot be stored. */
  storeMeta(meta: TaskMeta): Promise<void>
  onRoom(listener: () => void): void
  /** No more tries for what does not succeed. */
  giveUp(): void
}

const RETRY = { firstMs: 50, maxMs: 5_000, jitter: 0.3 }

export function createSettler(parts: SettlerParts): Settler {
  const { sender, events, results, hostname, settings } = parts
  const { runtime } = sender
  const ended = new AbortController()
  const roomListeners: (() => void)[] = []
  let waiting = 0

  /** Tries until it succeeds or can never succeed; then the error is thrown. */
  async function insist(what: string, work: () => Promise<void>): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        await work()
        return
      } catch (error) {
        if (!isTransient(error) || ended.signal.aborted) throw error
        if (attempt === 0) runtime.log.warning(`${what} failed; it is tried again`, { reason: messageOf(error) })
        await runtime.clock.sleep(backoffMs(attempt, RETRY, runtime.random), ended.signal)
      }
    }
  }

  async function storeMeta(meta: TaskMeta): Promise<void> {
    if (results === null) return
    const { resultExpiresMs, failureExpiresMs } = settings()
    await results.set(meta, meta.status === 'FAILURE' ? failureExpiresMs : resultExpiresMs)
  }

  function metaFor(hand: TaskInHand, state: string, result: unknown, traceback: string | null): TaskMeta {
    const nowMs = runtime.clock.nowMs()
    return metaOf(hand, { state, result, traceback, nowMs, hostname, extended: settings().resultExtended })
  }

  async function sendRetry(hand: TaskInHand, effect: Effect & { type: 'send-retry' }): Promise<void> {
    const message = retryMessage(hand, effect.plan, sender.origin)
    const envelope = createTaskEnvelope(message, { newId: randomUUID, codecs: nodeCodecs })
    const routingKey = message.routingKey ?? ''
    await insist('sending a retry', () => sender.broker.publish(routingKey, envelope))
    if (settings().sendSentEvent) await announce(sender, envelope, hand.message.id, { exchange: '', routingKey })
  }

  /** The errbacks are told, and everything that waited for this task ends with it. */
  async function failRest(hand: TaskInHand, failure: Failure): Promise<void> {
    await insist('sending errbacks', () => sendErrbacks(sender, hand))
    if (results === null || !hand.request.policy.storesErrors) return
    for (const id of laterStepIds(hand)) {
      const meta = metaFor(hand, 'FAILURE', failure.exception, failure.traceback)
      await insist('storing a failure', () => storeMeta({ ...meta, children: [], task_id: id }))
    }
  }

  async function perform(hand: TaskInHand, effect: Effect): Promise<void> {
    const { delivery, message } = hand
    switch (effect.type) {
      case 'emit':
        return events.sendTask(effect.event, { uuid: message.id, ...effect.fields })
      case 'emit-result':
        if (!events.taskEvents) return
        return events.sendTask('task-succeeded', {
          uuid: message.id,
          result: pythonRepr(effect.value === undefined ? null : effect.value),
          runtime: effect.runtimeSeconds,
        })
      case 'store':
        return insist('storing a result', () => storeMeta(metaFor(hand, effect.state, effect.result, effect.traceback)))
      case 'continue':
        return continueWith(sender, hand, effect.value)
      case 'fail-rest':
        return failRest(hand, effect.failure)
      case 'send-retry':
        return sendRetry(hand, effect)
      case 'ack':
        return insist('an acknowledgement', () => delivery.ack())
      case 'reject':
        return insist('a reject', () => delivery.reject())
      case 'requeue':
        return insist('a requeue', () => delivery.requeue())
    }
  }

  /** All effects in order; null, or what the first one that can never succeed amounts to. */
  async function performAll(hand: TaskInHand, effects: readonly Effect[], isEnd: boolean): Promise<Input | null> {
    for (const effect of effects) {
      try {
        await perform(hand, effect)
      } catch (error) {
        if (isEnd && hand.request.phase === 'ending' && MAY_FAIL.has(effect.type)) {
          return { type: 'unstorable', failure: failureOf(asEncodeError(error)) }
        }
        runtime.log.error(`${effect.type} failed for a task`, { id: hand.message.id, reason: messageOf(error) })
      }
    }
    return null
  }

  async function run(hand: TaskInHand, effects: readonly Effect[], isEnd: boolean): Promise<void> {
    let next = await performAll(hand, effects, isEnd)
    // An earlier run must not end a request whose outcome has come meanwhile: that is for the run of the outcome.
    while (next !== null || (isEnd && hand.request.phase === 'ending')) {
      const { request, effects: more } = step(hand.request, next ?? { type: 'done' })
      hand.request = request
      next = await performAll(hand, more, isEnd)
    }
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
      waiting++
      hand.tail = hand.tail
        .then(() => run(hand, effects, request.phase === 'ending'))
        .then(() => {
          waiting--
          if (hand.request.phase === 'settled') parts.onSettled(hand)
          for (const listener of roomListeners) listener()
        })
      return hand.tail
    },
    storeState: (hand, id, state, meta) => storeMeta({ ...metaFor(hand, state, meta, null), task_id: id }),
    storeMeta,
    onRoom: (listener) => void roomListeners.push(listener),
    giveUp: () => ended.abort(),
  }
}

/** After these, the outcome can still become a failure; later ones only tell of it. */
const MAY_FAIL: ReadonlySet<Effect['type']> = new Set(['continue', 'store', 'send-retry'])

/** What passes by itself: the other side is away. A message or value that cannot be sent never gets better. */
function isTransient(error: unknown): boolean {
  return isUmbelError(error) && error.code.startsWith('broker/') && error.code !== 'broker/closed'
}

/** kombu's name for a value that no serializer takes. */
function asEncodeError(error: unknown): unknown {
  if (!isUmbelError(error) || !error.code.startsWith('message/')) return error
  return celeryError('EncodeError', [error.message], 'kombu.exceptions')
}
