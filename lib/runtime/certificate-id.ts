/**
 * How Celery names a certificate: the values of its issuer in the order they are in, and its serial number in decimal
 * (wire.md B7). Read from the certificate's own bytes (DER), since Node only has a printed form of the issuer.
 */

/** Throws SyntaxError for bytes that are no certificate. */
export function certificateId(der: Uint8Array): string {
  const [certificate] = elements(der)
  const [signedPart] = elements(certificate?.content ?? der)
  const parts = elements(signedPart?.content ?? der)
  // A version comes first only when it is not the first version.
  const [serial, , issuer] = parts[0]?.tag === VERSION ? parts.slice(1) : parts
  if (serial === undefined || issuer === undefined) throw new SyntaxError('no X.509 certificate')
  const values = elements(issuer.content).flatMap((set) => elements(set.content).map(attributeValue))
  return `${values.join(' ')} ${decimalOf(serial.content)}`
}

const VERSION = 0xa0
const UTF_8_STRING = 0x0c
const BMP_STRING = 0x1e
const UNIVERSAL_STRING = 0x1c

interface Element {
  readonly tag: number
  readonly content: Uint8Array
}

/** What is in a sequence or set, one after the other. */
function elements(bytes: Uint8Array): Element[] {
  const found: Element[] = []
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] ?? 0
    let length = bytes[at + 1] ?? 0
    let from = at + 2
    if (length >= 0x80) {
      const size = length - 0x80
      if (size === 0 || size > 4) throw new SyntaxError('a length that DER does not have')
      length = bytes.subarray(from, from + size).reduce((sum, byte) => sum * 256 + byte, 0)
      from += size
    }
    if (from + length > bytes.length) throw new SyntaxError('a certificate that ends too early')
    found.push({ tag, content: bytes.subarray(from, from + length) })
    at = from + length
  }
  return found
}

/** An attribute is its name and its value. */
function attributeValue({ content }: Element): string {
  const [, value] = elements(content)
  if (value === undefined) throw new SyntaxError('an issuer without a value')
  const bytes = Buffer.from(value.content)
  if (value.tag === UTF_8_STRING) return bytes.toString('utf8')
  if (value.tag === BMP_STRING) return bytes.swap16().toString('utf16le')
  if (value.tag === UNIVERSAL_STRING) return bytes.swap32().toString('utf16le').replaceAll('\u0000', '')
  return bytes.toString('latin1')
}

function decimalOf(bytes: Uint8Array): string {
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`)).toString()
}
