/** Bytes put together one after the other, in a buffer that doubles. What writes gives the writer back. */
export interface ByteWriter {
  byte(value: number): ByteWriter
  bytes(values: Uint8Array | readonly number[]): ByteWriter
  /** Room for `count` bytes to be filled by the caller at once, before the next call. */
  room(count: number): { readonly data: DataView; readonly at: number }
  /** UTF-8 of a text, with its length in bytes handed to `head` first. */
  text(text: string, head: (length: number) => unknown): ByteWriter
  finish(): Uint8Array
}

const encoder = new TextEncoder()

export function byteWriter(): ByteWriter {
  let buffer = new Uint8Array(512)
  let data = new DataView(buffer.buffer)
  let length = 0

  function reserve(count: number): number {
    if (length + count > buffer.length) {
      const larger = new Uint8Array(Math.max(buffer.length * 2, length + count))
      larger.set(buffer.subarray(0, length))
      buffer = larger
      data = new DataView(buffer.buffer)
    }
    const at = length
    length += count
    return at
  }

  const writer: ByteWriter = {
    byte(value) {
      const at = reserve(1)
      buffer[at] = value
      return writer
    },
    bytes(values) {
      const at = reserve(values.length)
      buffer.set(values, at)
      return writer
    },
    room(count) {
      const at = reserve(count)
      return { data, at }
    },
    text(text, head) {
      const encoded = encoder.encode(text)
      head(encoded.length)
      return writer.bytes(encoded)
    },
    finish: () => buffer.slice(0, length),
  }
  return writer
}
