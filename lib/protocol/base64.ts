/** Base64 in Node (its Buffer, several times faster) and in the browser, which has none. */

/** By this name, since bundlers add a copy of Node's Buffer to pages that name it directly. */
const NodeBuffer: typeof Buffer | undefined = globalThis.Buffer

/** Standard alphabet; padding may be left out and line breaks may be in it, as Python reads it. */
export function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/\r\n]*={0,2}[\r\n]*$/.test(text)
}

export function bytesOfBase64(text: string): Uint8Array {
  if (NodeBuffer !== undefined) return NodeBuffer.from(text, 'base64')
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}

export function base64OfBytes(bytes: Uint8Array): string {
  if (NodeBuffer !== undefined)
    return NodeBuffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

/** Base64 of the UTF-8 bytes of a text. */
export function base64OfText(text: string): string {
  if (NodeBuffer !== undefined) return NodeBuffer.from(text, 'utf8').toString('base64')
  return base64OfBytes(new TextEncoder().encode(text))
}

/** The text whose UTF-8 bytes these are; bytes that are no UTF-8 become U+FFFD. */
export function textOfBase64(text: string): string {
  if (NodeBuffer !== undefined) return NodeBuffer.from(text, 'base64').toString('utf8')
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytesOfBase64(text))
}
