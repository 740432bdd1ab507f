/** A task whose message this worker has taken: what arrived, what it is to do, and how far it is. */
import type { Delivery } from '../lib/broker/broker.ts'
import type { Child } from '../lib/client/current-task.ts'
import type { RegisteredTask } from '../lib/client/task.ts'
import type { DeliveryInfo } from '../lib/protocol/envelope.ts'
import type { TaskMessage } from '../lib/protocol/task-message.ts'
import type { RunHooks } from './hooks.ts'
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
  /** The process that runs it; null before. */
  workerPid?: number | null
  /** Runs the handlers of the task's end, where its body ran. */
  hooks?: RunHooks | null
  /** What it has sent. */
  readonly children: Child[]
  /** The same message once more, taken while this run was not over: acknowledged together with it. */
  readonly again: Delivery[]
  /** Its outcome is that the broker gives the message out again. */
  isGivenBack?: boolean
  /** It was asked whether this redelivered message has succeeded before. */
  isChecked?: boolean
  /** The effects that are being performed; the next ones wait for these. NOTHING_PENDING when there are none. */
  tail: Promise<void>
}

export const NOTHING_PENDING: Promise<void> = Promise.resolve()

export interface FullDeliveryInfo {
  readonly exchange: string
  readonly routing_key: string
  readonly priority: number
  readonly redelivered: boolean
}

type Carried = Pick<TaskInHand, 'message'> & { readonly delivery: Pick<Delivery, 'envelope'> }

export function deliveryInfoOf({ delivery, message }: Carried): FullDeliveryInfo {
  const info: DeliveryInfo = delivery.envelope.properties.delivery_info
  return {
    exchange: info.exchange,
    routing_key: info.routing_key,
    priority: message.priority,
    redelivered: isRedelivered(delivery),
  }
}

/** kombu marks a message that was given back in its headers and in its delivery info. */
export function isRedelivered({ envelope }: Pick<Delivery, 'envelope'>): boolean {
  return envelope.properties.delivery_info.redelivered === true || envelope.headers['redelivered'] === true
}

/** The name that is shown: `shadow` wins (wire.md B2). */
export function shownName({ message }: Pick<TaskInHand, 'message'>): string {
  return message.shadow || message.task
}
