/** A task whose message this worker has taken: what arrived, what it is to do, and how far it is. */
import type { Delivery } from '../lib/broker/broker.ts'
import type { RegisteredTask } from '../lib/client/task.ts'
import type { DeliveryInfo } from '../lib/protocol/envelope.ts'
import type { TaskMessage } from '../lib/protocol/task-message.ts'
import type { Request } from './request.ts'

export interface TaskInHand {
  readonly delivery: Delivery
  readonly message: TaskMessage
  readonly task: RegisteredTask
  /** Wall clock; null = at once, and never. */
  readonly etaMs: number | null
  readonly expiresMs: number | null
  request: Request
  /** Wall clock of the start; null before. */
  startedMs: number | null
  startedMonotonicMs: number
  /** Ids of the tasks it has sent. */
  readonly children: string[]
  /** The same message once more, taken while this run was not over: acknowledged together with it. */
  readonly again: Delivery[]
  /** The effects that are being performed; the next ones wait for these. */
  tail: Promise<void>
}

export interface FullDeliveryInfo {
  readonly exchange: string
  readonly routing_key: string
  readonly priority: number
  readonly redelivered: boolean
}

export function deliveryInfoOf({ delivery, message }: Pick<TaskInHand, 'delivery' | 'message'>): FullDeliveryInfo {
  const info: DeliveryInfo = delivery.envelope.properties.delivery_info
  return {
    exchange: info.exchange,
    routing_key: info.routing_key,
    priority: message.priority,
    redelivered: isRedelivered(delivery),
  }
}

/** kombu marks a message that was given back in its headers and in its delivery info. */
export function isRedelivered({ envelope }: Delivery): boolean {
  return envelope.properties.delivery_info.redelivered === true || envelope.headers['redelivered'] === true
}

/** The name that is shown: `shadow` wins (wire.md B2). */
export function shownName({ message }: Pick<TaskInHand, 'message'>): string {
  return message.shadow || message.task
}
