/** `GET /umbel/broker`: the server between clients and workers, and its queues. */
import type { Fact } from './views.ts'

export type BrokerView = {
  readonly kind: string
  /** With the password masked. */
  readonly url: string
  readonly state: string
  readonly sinceMs: number
  /** Why it is not ready. */
  readonly reason: string | null
  /** Null when it did not tell. */
  readonly facts: readonly Fact[] | null
  /** Sentences on how messages can be lost. */
  readonly warnings: readonly string[]
  readonly queues: readonly BrokerQueueView[]
  readonly asOfMs: number | null
}

/** Null: the broker does not tell it. */
export type BrokerQueueView = {
  readonly name: string
  readonly messages: number | null
  readonly unacked: number | null
  readonly ready: number | null
  readonly consumers: number | null
  /** As RabbitMQ writes it, in UTC. */
  readonly idleSince: string | null
}
