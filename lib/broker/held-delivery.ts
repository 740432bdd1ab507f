import type { Envelope } from '../protocol/envelope.ts'
import type { Delivery, EarlyAck } from './broker.ts'
import type { UnackedEntry } from './raw-message.ts'

export type Settlement = 'ack' | 'reject' | 'requeue'

/** A message in hand. Settled once; later calls get the answer of the first, unless that failed (BRK-4). */
export class HeldDelivery implements Delivery {
  readonly tag: string
  readonly queue: string
  readonly envelope: Envelope
  readonly raw: string
  early: EarlyAck | null = null
  /** What the broker keeps of it after an early acknowledgement. */
  note: { readonly field: string; readonly message: UnackedEntry; readonly early: EarlyAck } | null = null
  readonly #settle: (delivery: HeldDelivery, how: Settlement) => Promise<void>
  readonly #over: ((delivery: HeldDelivery) => void) | undefined
  #settled: Promise<void> | null = null

  constructor(
    message: { readonly tag: string; readonly queue: string; readonly envelope: Envelope; readonly raw: string },
    settle: (delivery: HeldDelivery, how: Settlement) => Promise<void>,
    over?: (delivery: HeldDelivery) => void,
  ) {
    this.tag = message.tag
    this.queue = message.queue
    this.envelope = message.envelope
    this.raw = message.raw
    this.#settle = settle
    this.#over = over
  }

  ack(early: EarlyAck | null = null): Promise<void> {
    this.early = early
    return this.#once('ack')
  }

  reject(): Promise<void> {
    return this.#once('reject')
  }

  requeue(): Promise<void> {
    return this.#once('requeue')
  }

  over(): void {
    this.#over?.(this)
  }

  get isSettled(): boolean {
    return this.#settled !== null
  }

  #once(how: Settlement): Promise<void> {
    this.#settled ??= this.#settle(this, how).catch((error: unknown) => {
      this.#settled = null // so that the caller may try again
      throw error
    })
    return this.#settled
  }
}
