/**
 * The frame of a signed message (wire.md B7): base64 of five parts with 00 01 between them. The body comes last and may
 * hold 00 01 itself.
 */
import { base64OfBytes, base64OfText, bytesOfBase64, isBase64 } from '../base64.ts'

export interface SignedBody {
  /** The id of a certificate: the values of its issuer, then its serial number in decimal. */
  readonly signer: string
  readonly signature: Uint8Array
  /** Of the body inside. */
  readonly contentType: string
  readonly contentEncoding: string
  /** Exactly the bytes that are signed. */
  readonly body: Uint8Array
}

const SEPARATOR = [0, 1] as const
const HEAD_PARTS = 4

export function packSignedBody({ signer, signature, contentType, contentEncoding, body }: SignedBody): Uint8Array {
  const head = [base64OfText(signer), base64OfBytes(signature), contentType, contentEncoding, '']
  const start = new TextEncoder().encode(head.join('\u0000\u0001'))
  const whole = new Uint8Array(start.length + body.length)
  whole.set(start)
  whole.set(body, start.length)
  return new TextEncoder().encode(base64OfBytes(whole))
}

/** Throws SyntaxError for anything else. */
export function unpackSignedBody(bytes: Uint8Array): SignedBody {
  const whole = bytesOf(textOf(bytes))
  const parts: string[] = []
  let from = 0
  while (parts.length < HEAD_PARTS) {
    const end = separatorAfter(whole, from)
    parts.push(textOf(whole.subarray(from, end)))
    from = end + SEPARATOR.length
  }
  const [signer = '', signature = '', contentType = '', contentEncoding = ''] = parts
  return {
    signer: new TextDecoder().decode(bytesOf(signer)),
    signature: bytesOf(signature),
    contentType,
    contentEncoding,
    body: whole.subarray(from),
  }
}

function separatorAfter(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(SEPARATOR[0], from); at !== -1; at = bytes.indexOf(SEPARATOR[0], at + 1)) {
    if (bytes[at + 1] === SEPARATOR[1]) return at
  }
  throw new SyntaxError('a part of the signature is missing')
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

function bytesOf(text: string): Uint8Array {
  if (!isBase64(text)) throw new SyntaxError('no base64')
  return bytesOfBase64(text)
}
