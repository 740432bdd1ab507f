/** Python's own repr of plain data, escapes and all: text that `ast.literal_eval` reads back as the same value. */
import { isRecord } from './record.ts'
import { numberRepr, pythonRepr } from './repr.ts'

const MAX_DEPTH = 100

/** Cut at `maxLength` characters, with dots: then it is no literal any more. */
export function exactRepr(value: unknown, maxLength: number = Number.POSITIVE_INFINITY): string {
  const text = write(value, 0)
  return text.length > maxLength ? `${text.slice(0, maxLength)}...` : text
}

function write(value: unknown, depth: number): string {
  if (typeof value === 'string') return stringRepr(value)
  if (typeof value === 'number') return numberRepr(value)
  if (value instanceof Uint8Array) return bytesRepr(value)
  if (depth > MAX_DEPTH) return '...'
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1)).join(', ')}]`
  if (!isRecord(value)) return pythonRepr(value)
  return `{${Object.entries(value)
    .map(([key, item]) => `${stringRepr(key)}: ${write(item, depth + 1)}`)
    .join(', ')}}`
}

/** Single quotes, unless only that would need escapes. */
export function stringRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  return quote + text.replace(UNPRINTABLE, (one) => escapeOf(one, quote)) + quote
}

/** What Python does not print as it is; also both quotes and the backslash, decided in `escapeOf`. */
const UNPRINTABLE = /['"\\]|(?! )[\p{C}\p{Z}]/gu

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' }

function escapeOf(one: string, quote: string): string {
  if (one === "'" || one === '"') return one === quote ? `\\${one}` : one
  const short = SHORT[one]
  if (short !== undefined) return short
  const code = one.codePointAt(0) ?? 0
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`
}

function bytesRepr(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  return `b${quote}${text.replace(/['"\\]|[^ -~]/g, (one) => escapeOf(one, quote))}${quote}`
}
