import { type ByteWriter, byteWriter } from '../../byte-writer.ts'
import { PROBABILITY_BITS } from './lzma-model.ts'

const TOP = 2 ** 24
const WHOLE = 2 ** 32
const MOVE = 5

/** The reverse of RangeDecoder. */
export class RangeEncoder {
  readonly #out: ByteWriter = byteWriter()
  #written = 0
  /** May pass 2^32 by a carry, which then goes into the bytes held back. */
  #low = 0
  #range = 0xffffffff
  #held = 0
  /** The byte held, and the 255s behind it that a carry would turn to 0. */
  #heldCount = 1

  /** How many bytes there will be when finished now. */
  get size(): number {
    return this.#written + this.#heldCount + 4
  }

  bit(probabilities: Uint16Array, index: number, bit: number): void {
    const probability = probabilities[index] ?? 0
    const bound = (this.#range >>> PROBABILITY_BITS) * probability
    if (bit === 0) {
      this.#range = bound
      probabilities[index] = probability + ((2 ** PROBABILITY_BITS - probability) >> MOVE)
    } else {
      this.#low += bound
      this.#range -= bound
      probabilities[index] = probability - (probability >> MOVE)
    }
    this.#normalize()
  }

  tree(probabilities: Uint16Array, offset: number, bits: number, value: number): void {
    let symbol = 1
    for (let shift = bits - 1; shift >= 0; shift--) {
      const bit = (value >> shift) & 1
      this.bit(probabilities, offset + symbol, bit)
      symbol = (symbol << 1) | bit
    }
  }

  reverseTree(probabilities: Uint16Array, offset: number, bits: number, value: number): void {
    let symbol = 1
    for (let shift = 0; shift < bits; shift++) {
      const bit = (value >> shift) & 1
      this.bit(probabilities, offset + symbol, bit)
      symbol = (symbol << 1) | bit
    }
  }

  direct(bits: number, value: number): void {
    for (let shift = bits - 1; shift >= 0; shift--) {
      this.#range = this.#range >>> 1
      if ((value >>> shift) & 1) this.#low += this.#range
      this.#normalize()
    }
  }

  finish(): Uint8Array {
    for (let index = 0; index < 5; index++) this.#shift()
    return this.#out.finish()
  }

  #normalize(): void {
    while (this.#range < TOP) {
      this.#range = (this.#range << 8) >>> 0
      this.#shift()
    }
  }

  #shift(): void {
    if (this.#low < 0xff000000 || this.#low >= WHOLE) {
      const carry = this.#low >= WHOLE ? 1 : 0
      let byte = this.#held
      for (; this.#heldCount > 0; this.#heldCount--) {
        this.#out.byte((byte + carry) & 0xff)
        this.#written++
        byte = 0xff
      }
      this.#held = (this.#low >>> 24) & 0xff
    }
    this.#heldCount++
    this.#low = (this.#low & 0x00ffffff) * 256
  }
}
