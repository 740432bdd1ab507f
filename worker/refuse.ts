/** What is done with messages that are no task of this worker (worker-beat.md 2.1). None of them stops it. */
import type { Delivery, Poison } from '../lib/broker/broker.ts'
import type { Signals } from '../lib/client/signals.ts'
import { messageOf } from '../lib/errors.ts'
import { formatIsoTime } from '../lib/protocol/iso-time.ts'
import { pythonRepr } from '../lib/protocol/repr.ts'
import type { TaskMessage } from '../lib/protocol/task-message.ts'
import type { TaskMeta } from '../lib/results/results.ts'
import type { Runtime } from '../lib/runtime/runtime.ts'
import { celeryError } from './celery-error.ts'
import type { Events } from './events.ts'
import { failureOf } from './failure.ts'
import type { Failure } from './request.ts'
import type { Settler } from './settle.ts'
import type { Decision } from './strategy.ts'

export interface RefuserParts {
  readonly hostname: string
  readonly signals: Signals
  readonly runtime: Runtime
  readonly events: Events
  readonly settler: Settler
  /** result_extended */
  readonly isExtended: () => boolean
}

export interface Refuser {
  /** The task of this name is not here: a failure for whoever waits for it. */
  unregistered(delivery: Delivery, message: TaskMessage): void
  /** A failure for whoever waits for a task that this worker does not know. Never rejects. */
  failUnregistered(message: TaskMessage, failure: Failure): Promise<void>
  /** No task message, or one that cannot be read. */
  unreadable(delivery: Delivery, decision: Decision & { readonly type: 'refused' }): void
  /** Reading it failed in a way that nobody thought of. */
  broken(delivery: Delivery, error: unknown): void
  /** The broker has set it aside. */
  poison(poison: Poison): void
  settle(delivery: Delivery, how: 'ack' | 'reject' | 'requeue'): void
}

/** Whoever writes nonsense writes it fast. */
const SAME_LINE_MS = 10_000
/** Characters of a task's name in a log line. */
const LONGEST_NAME = 200

export function createRefuser({ hostname, signals, runtime, events, settler, isExtended }: RefuserParts): Refuser {
  let setAside = 0
  let setAsideToldMs = Number.NEGATIVE_INFINITY

  function settle(delivery: Delivery, how: 'ack' | 'reject' | 'requeue'): void {
    delivery[how]().catch((error: unknown) => {
      runtime.log.warning('a message could not be settled; it will come back', { reason: messageOf(error) })
    })
  }

  async function failUnregistered(message: TaskMessage, failure: Failure): Promise<void> {
    const { exception, repr } = failure
    const meta = {
      status: 'FAILURE',
      result: exception,
      traceback: null,
      children: [],
      date_done: formatIsoTime(runtime.clock.nowMs()),
      ...(isExtended() ? extendedOf(message) : {}),
      task_id: message.id,
    }
    if (message.ignoreResult !== true) {
      await settler.storeMeta(meta).catch((error: unknown) => {
        runtime.log.error('the failure of an unregistered task was not stored', { reason: messageOf(error) })
      })
    }
    await settler.abandon(message, failure).catch((error: unknown) => {
      runtime.log.error('what waits for an unregistered task was not told', { reason: messageOf(error) })
    })
    events.sendAlways('task-failed', { uuid: message.id, exception: repr })
  }

  function tellRejected(delivery: Delivery, exc: unknown): void {
    if (signals.taskRejected.hasListeners) {
      void signals.taskRejected.send({ sender: hostname, message: delivery.envelope, exc })
    }
  }

  return {
    settle,
    failUnregistered,
    unregistered(delivery, message) {
      const shown = pythonRepr(message.task.slice(0, LONGEST_NAME))
      runtime.log.error(`Received unregistered task of type ${shown}. The message has been ignored and discarded.`, {
        id: message.id,
      })
      const failure = failureOf(celeryError('NotRegistered', [message.task]))
      void failUnregistered(message, failure).then(() => settle(delivery, 'reject'))
      if (!signals.taskUnknown.hasListeners) return
      const exc = celeryError('NotRegistered', [message.task])
      const { task: name, id } = message
      void signals.taskUnknown.send({ sender: hostname, message: delivery.envelope, exc, name, id })
    },
    unreadable(delivery, { settle: how, level, says, detail }) {
      runtime.log[level](says, { queue: delivery.queue })
      settle(delivery, how)
      // Celery tells of what it rejects, not of what it acknowledges because it cannot be decoded.
      if (how === 'reject') tellRejected(delivery, new Error(detail))
    },
    broken(delivery, error) {
      runtime.log.error('a message was refused because of an error here', { reason: messageOf(error) })
      settle(delivery, 'reject')
      tellRejected(delivery, error)
    },
    poison({ queue, reason }) {
      setAside++
      const nowMs = runtime.clock.monotonicMs()
      if (nowMs - setAsideToldMs < SAME_LINE_MS) return
      setAsideToldMs = nowMs
      runtime.log.error('a message that cannot be read was set aside', { queue, reason, sinceStart: setAside })
    },
  }
}

/** Celery stores null for each of these, so that nobody learns which task it was. */
function extendedOf({ task: name, args, kwargs, retries }: TaskMessage): Partial<TaskMeta> {
  return { name, args, kwargs, worker: null, retries, queue: null }
}
