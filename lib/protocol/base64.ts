/** Base64 in Node (its Buffer, several times faster) and in the browser, which has none. */

/** By this name, since bundlers add a copy of Node's Buffer to pages that name it directly. */
const NodeBuffer: typeof Buffer | undefined = globalThis.Buffer

/** Standard alphabet; padding may be left out and line breaks may be in it, as Python reads it. */
export function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/\r\n]*={0,2}[\r\n]*$/.test(text)
}

/** Takes any text: what is no base64 is passed over, and a last character that makes no byte dropped, as Node does. */
export function bytesOfBase64(text: string): Uint8Array {
  if (NodeBuffer !== undefined) return NodeBuffer.from(text, 'base64')
  return Uint8Array.from(atob(wholeBase64(text)), (character) => character.charCodeAt(0))
}

/** `atob` throws for what Node passes over. */
function wholeBase64(text: string): string {
  const [digits = ''] = text
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replace(/[^A-Za-z0-9+/=]/g, '')
    .split('=')
  return digits.length % 4 === 1 ? digits.slice(0, -1) : digits
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
