/**
 * Tasks that were acknowledged before they ran and whose worker is gone (BRK-10, reliability-security.md 2.0 G1). They
 * do not run again, which is what an early acknowledgement promises; but they end, as those of a lost process do, and
 * whoever waits for them is told. Celery loses them without a word.
 */
import type { Delivery, LostDelivery } from '../lib/broker/broker.ts'
import type { Celery } from '../lib/client/celery.ts'
import { messageOf } from '../lib/errors.ts'
import { isReady } from '../lib/protocol/states.ts'
import type { ResultStore } from '../lib/results/results.ts'
import type { Runtime } from '../lib/runtime/runtime.ts'
import { celeryError } from './celery-error.ts'
import { failureOf } from './failure.ts'
import type { Pool } from './pools/pool.ts'
import type { Refuser } from './refuse.ts'
import type { Settler } from './settle.ts'
import { decide, type StrategyParts } from './strategy.ts'
import type { TaskInHand } from './task-in-hand.ts'

export interface LostTasksParts {
  readonly strategy: StrategyParts
  readonly settler: Settler
  readonly refuser: Pick<Refuser, 'failUnregistered'>
  readonly results: Pick<ResultStore, 'get'> | null
  readonly runtime: Runtime
}

/** How long after its last sign of life a worker counts as gone, where worker_lost_wait does not say. */
const LEASE_MS = {
  /** Bodies run elsewhere: they never keep the worker from giving its sign. */
  children: 15_000,
  /** A body that computes keeps everything waiting. */
  inLoop: 60_000,
  /** Here it is expected to. */
  solo: 600_000,
}

/** worker_lost_wait is Celery's name for a wait of the same kind; its default of 10 s is too short for bodies that compute. */
export function leaseMsOf(
  { given, conf }: Pick<Celery, 'given' | 'conf'>,
  pool: Pick<Pool, 'name' | 'supports'>,
): number {
  if (given.has('worker_lost_wait')) return Math.max(1_000, conf.worker_lost_wait * 1000)
  if (pool.supports.children) return LEASE_MS.children
  return pool.name === 'solo' ? LEASE_MS.solo : LEASE_MS.inLoop
}

export function createLostTasks(parts: LostTasksParts): (lost: LostDelivery) => void {
  const { settler, refuser, strategy, results, runtime } = parts

  async function tell(lost: LostDelivery): Promise<void> {
    const decision = decide(deliveryOf(lost), strategy)
    if (decision.type === 'refused') return
    const { message } = decision.type === 'task' ? decision.hand : decision
    const stored = results === null ? null : await results.get(message.id)
    const name = `${message.task}[${message.id}]`
    if (stored !== null && isReady(stored.status)) {
      // It ended, and its worker perhaps before the rest of its end.
      await settler.addPart(message, stored.status, stored.result)
      return
    }
    runtime.log.error(`Task ${name} was acknowledged before it ran and is lost with its worker`)
    const text = 'The worker that ran it is gone.'
    const failure = failureOf(celeryError('WorkerLostError', [text], 'billiard.exceptions'))
    if (decision.type === 'not-registered') return refuser.failUnregistered(message, failure)
    await settler.advance(asRunning(decision.hand), { type: 'lost', failure })
  }

  return (lost) => {
    tell(lost)
      .then(() => lost.told())
      .catch((error: unknown) => {
        runtime.log.warning('a lost task could not be told of; it will be tried again', { reason: messageOf(error) })
      })
  }
}

function asRunning(hand: TaskInHand): TaskInHand {
  hand.request = { ...hand.request, phase: 'running', acknowledged: true }
  return hand
}

/** Acknowledged long ago. */
function deliveryOf({ queue, envelope, raw }: LostDelivery): Delivery {
  const settled = async () => {}
  const { delivery_tag: tag } = envelope.properties
  return { tag, queue, envelope, raw, ack: settled, reject: settled, requeue: settled }
}
