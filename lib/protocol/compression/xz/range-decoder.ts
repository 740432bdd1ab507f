import { brokenStream } from '../bounded-output.ts'
import { PROBABILITY_BITS } from './lzma-model.ts'

const TOP = 2 ** 24
const MOVE = 5

/** Bits from a range coder: the more likely a bit is, the less of the range it takes. */
export class RangeDecoder {
  readonly #bytes: Uint8Array
  #at = 5
  #range = 0xffffffff
  #code: number

  /** Throws `message/invalid` for what cannot be the start of range-coded bytes. */
  constructor(bytes: Uint8Array) {
    if (bytes.length < 5 || bytes[0] !== 0) throw brokenStream('lzma starts with no range')
    this.#bytes = bytes
    this.#code = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1)
  }

  /** All bytes used, and nothing left over in the code. */
  get isFinished(): boolean {
    return this.#at === this.#bytes.length && this.#code === 0
  }

  bit(probabilities: Uint16Array, index: number): 0 | 1 {
    const probability = probabilities[index] ?? 0
    const bound = (this.#range >>> PROBABILITY_BITS) * probability
    if (this.#code < bound) {
      this.#range = bound
      probabilities[index] = probability + ((2 ** PROBABILITY_BITS - probability) >> MOVE)
      this.#normalize()
      return 0
    }
    this.#range -= bound
    this.#code -= bound
    probabilities[index] = probability - (probability >> MOVE)
    this.#normalize()
    return 1
  }

  /** Highest bit first; each bit depends on those before. */
  tree(probabilities: Uint16Array, offset: number, bits: number): number {
    let symbol = 1
    for (let bit = 0; bit < bits; bit++) symbol = (symbol << 1) | this.bit(probabilities, offset + symbol)
    return symbol - (1 << bits)
  }

  /** Lowest bit first. */
  reverseTree(probabilities: Uint16Array, offset: number, bits: number): number {
    let symbol = 1
    let value = 0
    for (let index = 0; index < bits; index++) {
      const bit = this.bit(probabilities, offset + symbol)
      symbol = (symbol << 1) | bit
      value |= bit << index
    }
    return value
  }

  /** Bits that are as likely as not. */
  direct(bits: number): number {
    let value = 0
    for (let index = 0; index < bits; index++) {
      this.#range = this.#range >>> 1
      const bit = this.#code >= this.#range ? 1 : 0
      if (bit === 1) this.#code -= this.#range
      value = value * 2 + bit
      this.#normalize()
    }
    return value
  }

  #normalize(): void {
    if (this.#range >= TOP) return
    this.#range = (this.#range << 8) >>> 0
    this.#code = ((this.#code << 8) | this.#next()) >>> 0
  }

  #next(): number {
    const byte = this.#bytes[this.#at++]
    if (byte === undefined) throw brokenStream('lzma ends too early')
    return byte
  }
}
