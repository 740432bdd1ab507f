import type { Envelope } from '../protocol/envelope.ts'
import type { Delivery } from './broker.ts'

export type Settlement = 'ack' | 'reject' | 'requeue'

/** A message in hand. Settled once; later calls get the answer of the first, unless that failed (BRK-4). */
export class HeldDelivery implements Delivery {
  readonly tag: string
  readonly queue: string
  readonly envelope: Envelope
  readonly raw: string
  readonly #settle: (delivery: HeldDelivery, how: Settlement) => Promise<void>
  #settled: Promise<void> | null = null

  constructor(
    message: { readonly tag: string; readonly queue: string; readonly envelope: Envelope; readonly raw: string },
    settle: (delivery: HeldDelivery, how: Settlement) => Promise<void>,
  ) {
    this.tag = message.tag
    this.queue = message.queue
    this.envelope = message.envelope
    this.raw = message.raw
    this.#settle = settle
  }

  ack(): Promise<void> {
    return this.#once('ack')
  }

  reject(): Promise<void> {
    return this.#once('reject')
  }

  requeue(): Promise<void> {
    return this.#once('requeue')
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
