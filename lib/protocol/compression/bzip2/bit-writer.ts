import { type ByteWriter, byteWriter } from '../../byte-writer.ts'

/** Bits into bytes, highest first. */
export class BitWriter {
  readonly #out: ByteWriter = byteWriter()
  #held = 0
  #count = 0

  /** Up to 24 bits. */
  write(value: number, count: number): void {
    this.#held = (this.#held << count) | value
    this.#count += count
    while (this.#count >= 8) {
      this.#count -= 8
      this.#out.byte((this.#held >>> this.#count) & 0xff)
    }
    this.#held &= (1 << this.#count) - 1
  }

  write32(value: number): void {
    this.write(value >>> 16, 16)
    this.write(value & 0xffff, 16)
  }

  /** The last byte is filled with zeros. */
  finish(): Uint8Array {
    if (this.#count > 0) this.write(0, 8 - this.#count)
    return this.#out.finish()
  }
}
