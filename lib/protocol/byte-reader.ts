/** Numbers and slices from bytes of unknown origin. Every method throws SyntaxError at the end of the bytes. */
export interface ByteReader {
  readonly at: number
  readonly left: number
  u8(): number
  /** Views, not copies. */
  take(count: number): Uint8Array
  /** Up to, and without, the next line feed. */
  line(): string
  view(count: number): { readonly data: DataView; readonly at: number }
}

export function byteReader(given: Uint8Array): ByteReader {
  // A Buffer's slice is no copy, and would keep the whole message in memory.
  const bytes = new Uint8Array(given.buffer, given.byteOffset, given.byteLength)
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0

  function advance(count: number): number {
    if (!(count >= 0 && count <= bytes.length - at))
      throw new SyntaxError(`${count} bytes wanted at ${at}, ${bytes.length - at} left`)
    const from = at
    at += count
    return from
  }

  return {
    get at() {
      return at
    },
    get left() {
      return bytes.length - at
    },
    u8: () => data.getUint8(advance(1)),
    take(count) {
      const from = advance(count)
      return bytes.subarray(from, from + count)
    },
    line() {
      const end = bytes.indexOf(0x0a, at)
      if (end === -1) throw new SyntaxError(`a line without an end at ${at}`)
      const from = advance(end - at + 1)
      return latin1Of(bytes.subarray(from, end))
    },
    view: (count) => ({ data, at: advance(count) }),
  }
}

const latin1 = new TextDecoder('latin1')
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const lossyUtf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** A character per byte. */
export function latin1Of(bytes: Uint8Array): string {
  // The decoder named latin1 is windows-1252, which differs from 0x80 on.
  if (bytes.every((byte) => byte < 0x80)) return latin1.decode(bytes)
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}

/** The bytes of a text with one byte a character. Throws SyntaxError for other characters. */
export function bytesOfLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code > 0xff) throw new SyntaxError('a character that is no byte')
    bytes[index] = code
  }
  return bytes
}

/** Throws SyntaxError for bytes that are no UTF-8. */
export function utf8Of(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new SyntaxError('text that is no UTF-8')
  }
}

/** What is no UTF-8, such as the lone surrogates that Python can write, becomes U+FFFD. */
export function lossyUtf8Of(bytes: Uint8Array): string {
  return lossyUtf8.decode(bytes)
}
