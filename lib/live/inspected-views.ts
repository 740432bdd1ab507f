/** What workers say of themselves when they are asked, as views show it. */

/** `draining`: it was told to end, or takes from no queue, and finishes what it has. */
export type WorkerState = 'online' | 'busy' | 'not-taking' | 'draining' | 'offline'

export type InspectedTaskView = {
  readonly id: string
  readonly task: string | null
  readonly args: string | null
  readonly kwargs: string | null
  readonly startedMs: number | null
  readonly etaMs: number | null
  readonly acknowledged: boolean | null
  readonly pid: number | null
}

/** A queue that a worker takes from, as it declared it; null = it did not say. */
export type ActiveQueueView = {
  readonly name: string
  readonly exchange: string
  readonly routingKey: string
  readonly alias: string
  readonly durable: boolean | null
  readonly exclusive: boolean | null
  readonly autoDelete: boolean | null
  readonly noAck: boolean | null
  /** Python text; empty when there are none. */
  readonly queueArguments: string
  readonly bindingArguments: string
}

/** A setting of a worker. `others`: what workers that are online have instead, in a line; null where all have the same. */
export type SettingFact = Fact & { readonly others: string | null }

export type Fact = { readonly name: string; readonly value: string }
