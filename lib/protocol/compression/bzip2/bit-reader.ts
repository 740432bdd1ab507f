import { brokenStream } from '../bounded-output.ts'

/** Bits of bytes, highest first. */
export class BitReader {
  readonly #bytes: Uint8Array
  #at = 0
  #held = 0
  #count = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Up to 24 bits. Throws `message/invalid` at the end. */
  read(count: number): number {
    while (this.#count < count) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) throw brokenStream('bzip2 ends too early')
      this.#held = ((this.#held << 8) | byte) >>> 0
      this.#count += 8
    }
    this.#count -= count
    const value = (this.#held >>> this.#count) & ((1 << count) - 1)
    this.#held &= (1 << this.#count) - 1
    return value
  }

  read32(): number {
    return this.read(16) * 0x10000 + this.read(16)
  }

  /** Skips to the next whole byte; true when there is none. */
  alignedAtEnd(): boolean {
    this.#held = 0
    this.#count = 0
    return this.#at >= this.#bytes.length
  }
}
