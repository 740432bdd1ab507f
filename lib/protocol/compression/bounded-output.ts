/** Bytes that come out of a decompression, up to a limit: more than that is a bomb, and is stopped while it comes. */
import { UmbelError } from '../../errors.ts'

export interface BoundedOutput {
  /** What is there so far; valid until the next `room`. */
  readonly bytes: Uint8Array
  readonly length: number
  /** Makes room for more and gives the buffer to write to, from `length` on. Throws `message/too-large`. */
  room(count: number): Uint8Array
  /** After writing into the room. */
  advance(count: number): void
  finish(): Uint8Array
}

const FIRST_SIZE = 4096

export function boundedOutput(maxBytes: number): BoundedOutput {
  let buffer = new Uint8Array(Math.min(FIRST_SIZE, maxBytes))
  let length = 0
  return {
    get bytes() {
      return buffer
    },
    get length() {
      return length
    },
    room(count) {
      const needed = length + count
      if (needed > maxBytes) throw new UmbelError('message/too-large', { bytes: needed, limit: maxBytes })
      if (needed > buffer.length) {
        const larger = new Uint8Array(Math.min(maxBytes, Math.max(buffer.length * 2, needed)))
        larger.set(buffer.subarray(0, length))
        buffer = larger
      }
      return buffer
    },
    advance(count) {
      length += count
    },
    finish: () => buffer.subarray(0, length),
  }
}

/** The error for compressed bytes that are no whole stream. */
export function brokenStream(what: string, cause?: unknown): UmbelError {
  return new UmbelError(
    'message/invalid',
    { reason: `broken compressed data: ${what}`, expected: 'a whole stream' },
    cause,
  )
}
