/** What the brokers of one process share when there is no server: queues, messages in hand, bindings, subscribers. */
import { UmbelError } from '../../errors.ts'
import { MAX_MESSAGE_BYTES, parseEnvelope } from '../../protocol/message.ts'
import type { FanoutMessage, Poison } from '../broker.ts'
import { clampPriority, stepIndex } from '../priority.ts'
import { markRedelivered, priorityOf } from '../raw-message.ts'
import { topicMatches } from '../topic.ts'
import { createFifo, type Fifo } from './fifo.ts'

export const MEMORY_STEPS: readonly number[] = [0, 3, 6, 9]
export const MEMORY_URL = 'memory://'

export interface Unsettled {
  readonly raw: string
  readonly queue: string
  untilMs: number
}

export interface KeptPoison extends Poison {
  readonly id: string
  readonly raw: string
  readonly atMs: number
}

interface Subscriber {
  readonly exchange: string
  readonly pattern: string
  readonly onMessage: (message: FanoutMessage) => void
}

interface Binding {
  readonly routingKey: string
  readonly queue: string
  readonly untilMs: number | null
}

export interface MemoryBusOptions {
  /** Most messages waiting in one queue; beyond, a publish is refused. */
  readonly maxWaiting?: number
  /** Most unreadable messages kept. */
  readonly maxPoison?: number
}

export class MemoryBus {
  readonly unsettled = new Map<string, Unsettled>()
  /** Newest last. */
  readonly poison: KeptPoison[] = []
  readonly #queues = new Map<string, readonly Fifo[]>()
  readonly #bindings = new Map<string, Map<string, Binding>>()
  readonly #subscribers = new Set<Subscriber>()
  readonly #waiting = new Set<(queue: string) => void>()
  readonly #maxWaiting: number
  readonly #maxPoison: number
  #tags = 0

  constructor({ maxWaiting = 1_000_000, maxPoison = 1_000 }: MemoryBusOptions = {}) {
    this.#maxWaiting = maxWaiting
    this.#maxPoison = maxPoison
  }

  /** The lines of a queue, one for each priority step. */
  lines(queue: string): readonly Fifo[] {
    return this.#queues.get(queue) ?? []
  }

  put(queue: string, raw: string, priority: number, end: 'head' | 'back' = 'back'): void {
    let lines = this.#queues.get(queue)
    if (lines === undefined) {
      lines = MEMORY_STEPS.map(() => createFifo())
      this.#queues.set(queue, lines)
    }
    const line = lines[stepIndex(MEMORY_STEPS, clampPriority(priority))]
    if (end === 'back' && (line?.length ?? 0) >= this.#maxWaiting) {
      throw new UmbelError('broker/refused', { url: MEMORY_URL, reason: `queue ${queue} is full` })
    }
    if (end === 'head') line?.pushHead(raw)
    else line?.push(raw)
    for (const wake of this.#waiting) wake(queue)
  }

  /** The next message of the queues in this order, steps outer; held until `untilMs`. Unreadable ones are set aside. */
  take(
    queues: readonly string[],
    { nowMs, untilMs }: { readonly nowMs: number; readonly untilMs: number },
    onPoison: (poison: Poison) => void,
  ): (Unsettled & { tag: string }) | null {
    for (const step of MEMORY_STEPS.keys()) {
      for (const queue of queues) {
        const line = this.lines(queue)[step]
        for (let raw = line?.take(); raw !== undefined; raw = line?.take()) {
          const read = parseEnvelope(raw, MAX_MESSAGE_BYTES, queue)
          if (!read.ok) {
            const poison = { queue, reason: read.why, head: raw.slice(0, 1024) }
            this.poison.push({ ...poison, raw, id: String(++this.#tags), atMs: nowMs })
            if (this.poison.length > this.#maxPoison) this.poison.shift()
            onPoison(poison)
            continue
          }
          const wanted = read.value.properties.delivery_tag
          const tag = this.unsettled.has(wanted) ? `${wanted}#${++this.#tags}` : wanted
          const held = { raw, queue, untilMs }
          this.unsettled.set(tag, held)
          return { ...held, tag }
        }
      }
    }
    return null
  }

  /** Gives back a message that is still held; marked redelivered. */
  restore(tag: string, end: 'head' | 'back'): void {
    const held = this.unsettled.get(tag)
    if (held === undefined) return
    this.put(held.queue, markRedelivered(held.raw), priorityOf(held.raw), end)
    this.unsettled.delete(tag)
  }

  restoreOverdue(nowMs: number): void {
    for (const [tag, { untilMs }] of this.unsettled) if (untilMs <= nowMs) this.restore(tag, 'head')
  }

  /** Calls `wake` when a queue has got a message. */
  onPut(wake: (queue: string) => void): () => void {
    this.#waiting.add(wake)
    return () => this.#waiting.delete(wake)
  }

  spread(exchange: string, message: FanoutMessage): void {
    for (const { exchange: wanted, pattern, onMessage } of [...this.#subscribers]) {
      if (wanted === exchange && topicMatches(pattern, message.routingKey)) onMessage(message)
    }
  }

  subscribe(subscriber: Subscriber): () => void {
    this.#subscribers.add(subscriber)
    return () => this.#subscribers.delete(subscriber)
  }

  bind(exchange: string, binding: Binding): void {
    const table = this.#bindings.get(exchange) ?? new Map<string, Binding>()
    table.set(`${binding.routingKey}\n${binding.queue}`, binding)
    this.#bindings.set(exchange, table)
  }

  unbind(exchange: string, routingKey: string, queue: string): void {
    this.#bindings.get(exchange)?.delete(`${routingKey}\n${queue}`)
  }

  bindings(nowMs: number): readonly (Binding & { exchange: string })[] {
    return [...this.#bindings].flatMap(([exchange, table]) =>
      [...table.values()]
        .filter(({ untilMs }) => untilMs === null || untilMs > nowMs)
        .map((binding) => ({ ...binding, exchange })),
    )
  }
}

export function createMemoryBus(options?: MemoryBusOptions): MemoryBus {
  return new MemoryBus(options)
}
