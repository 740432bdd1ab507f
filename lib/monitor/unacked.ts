import type { Broker } from '../broker/broker.ts'
import { UmbelError } from '../errors.ts'
import type { UnackedMessages } from '../live/http.ts'
import type { Codecs } from '../protocol/codecs.ts'
import type { CapturedMessages } from './captured-messages.ts'
import type { ClusterReader } from './contracts.ts'
import { describeMessage, PEEK_MOST } from './peek.ts'

export interface UnackedDeps {
  readonly broker: Broker
  readonly codecs: Codecs
  readonly cluster: Pick<ClusterReader, 'task'>
  readonly captured: CapturedMessages
  readonly nowMs: () => number
  /** Most entries of all queues' together that are looked at. */
  readonly scanLimit: number
}

/**
 * What was taken from a queue and not acknowledged, the longest taken first. The broker does not know who has a message;
 * the events of its task may. Throws `queue/unknown` when the broker cannot tell, and the broker's own problems.
 */
export async function readUnacked(deps: UnackedDeps, queue: string, limit: number): Promise<UnackedMessages> {
  const { broker, codecs, cluster, captured, nowMs, scanLimit } = deps
  if (!broker.supports.unacked) throw new UmbelError('queue/unknown', { name: queue })
  const most = Math.min(PEEK_MOST, Math.max(1, Math.floor(limit)))
  const { messages, isWhole } = await broker.queues.peekUnacked(queue, most, scanLimit)
  return {
    queue,
    asOfMs: nowMs(),
    isWhole,
    messages: messages.map(({ raw, takenMs }, position) => {
      const message = describeMessage({ position, raw }, codecs)
      if (message.id !== null && message.error === null) captured.add(message.id, raw)
      const worker = message.id === null ? null : (cluster.task(message.id)?.worker ?? null)
      return { message, takenMs, worker }
    }),
  }
}
