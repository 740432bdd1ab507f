import { UmbelError } from '../../errors.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of bytes in a named character set (null = UTF-8). Throws `message/invalid` with reason `bad charset`. */
export function decodeText(bytes: Uint8Array, charset: string | null): string {
  const name = (charset ?? 'utf-8').toLowerCase()
  try {
    // kombu skips decoding for binary; a JSON reader then takes the bytes as UTF-8.
    if (name === 'utf-8' || name === 'utf8' || name === 'binary') return utf8.decode(bytes)
    return new TextDecoder(name === 'us-ascii' ? 'utf-8' : name, { fatal: true }).decode(bytes)
  } catch (error) {
    const reason = `bad charset: the body is no ${JSON.stringify(name.slice(0, 40))} text`
    throw new UmbelError('message/invalid', { reason, expected: 'text in the named character set' }, error)
  }
}
