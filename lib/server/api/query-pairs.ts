/** Names and values of a query string or a form, as Python's parse_qsl and Tornado read them. */
import { isUtf8 } from 'node:buffer'

/** Bytes: what was sent is no UTF-8. */
export type PairValue = string | Uint8Array

/** `text`: one character a byte, as Node gives an address. A percent sign that starts no escape stands for itself. */
export function queryPairs(text: string): readonly (readonly [string, PairValue])[] {
  const pairs: (readonly [string, PairValue])[] = []
  for (const part of text.split('&')) {
    if (part === '') continue
    const mark = part.indexOf('=')
    const name = decoded(mark < 0 ? part : part.slice(0, mark))
    const value = mark < 0 ? '' : decoded(part.slice(mark + 1))
    pairs.push([typeof name === 'string' ? name : Buffer.from(name).toString('latin1'), value])
  }
  return pairs
}

/** The text of a part of an address; bytes where it is no UTF-8. */
export function decodedPart(part: string): PairValue {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII but the percent sign is meant
  if (/^[\u0000-\u0024\u0026-\u007f]*$/.test(part)) return part
  const bytes = Buffer.from(
    part.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )
  return isUtf8(bytes) ? bytes.toString('utf8') : bytes
}

function decoded(part: string): PairValue {
  return decodedPart(part.replaceAll('+', ' '))
}
