/**
 * Looks into a message's JSON text and changes it without writing the rest anew: what was big, odd or Python's own
 * stays byte for byte.
 */
import { parseJson } from '../protocol/json.ts'
import { isRecord } from '../protocol/record.ts'
import { clampPriority } from './priority.ts'

interface Span {
  readonly start: number
  readonly end: number
}

/** The entry of `unacked`: `[message, exchange, routing key]`. Null when it is something else (of another program). */
export interface UnackedEntry {
  readonly raw: string
  readonly exchange: string
  readonly routingKey: string
}

export function readEntry(entry: string): UnackedEntry | null {
  const spans = elements(entry)
  const [message, exchange, routingKey] = spans ?? []
  if (!message || !exchange || !routingKey || spans?.length !== 3 || entry[message.start] !== '{') return null
  const names = [exchange, routingKey].map(({ start, end }) => readText(entry.slice(start, end)))
  const [exchangeName, key] = names
  if (typeof exchangeName !== 'string' || typeof key !== 'string') return null
  return { raw: entry.slice(message.start, message.end), exchange: exchangeName, routingKey: key }
}

export function writeEntry({ raw, exchange, routingKey }: UnackedEntry): string {
  return `[${raw}, ${JSON.stringify(exchange)}, ${JSON.stringify(routingKey)}]`
}

/** Sets the two flags that kombu sets on a message it gives back (wire.md A4). */
export function markRedelivered(raw: string): string {
  const properties = field(raw, 0, 'properties')
  const info = properties && field(raw, properties.start, 'delivery_info')
  const spans = [field(raw, 0, 'headers'), info].filter((span) => span !== null).sort((a, b) => b.start - a.start)
  return spans.reduce(flag, raw) // the later one first, so that the other's place stays right
}

export function priorityOf(raw: string): number {
  const properties = field(raw, 0, 'properties')
  const span = properties && field(raw, properties.start, 'priority')
  return span === null ? 0 : clampPriority(readText(raw.slice(span.start, span.end)))
}

/**
 * The task's id in the last bytes of a message: its `correlation_id` is the id (wire.md B2), and the properties stand at
 * the end. Null when they do not show it.
 */
export function taskIdAtEnd(tail: string): string | null {
  const start = tail.lastIndexOf('"correlation_id"')
  return start < 0 ? null : (CORRELATION.exec(tail.slice(start))?.[1] ?? null)
}

const CORRELATION = /^"correlation_id"\s*:\s*"([^"\\]{1,255})"/

function flag(text: string, { start, end }: Span): string {
  if (text[start] !== '{') return text
  const old = field(text, start, 'redelivered')
  if (old !== null) return `${text.slice(0, old.start)}true${text.slice(old.end)}`
  const comma = skipSpace(text, start + 1) === end - 1 ? '' : ', '
  return `${text.slice(0, end - 1)}${comma}"redelivered": true${text.slice(end - 1)}`
}

function readText(json: string): unknown {
  try {
    const value = parseJson(json)
    return isRecord(value) ? null : value
  } catch {
    return null
  }
}

/** Where the value of `name` stands in the object at `from`. */
function field(text: string, from: number, name: string): Span | null {
  let at = skipSpace(text, from)
  if (text[at] !== '{') return null
  const quoted = JSON.stringify(name)
  for (at = skipSpace(text, at + 1); text[at] === '"'; at = skipSpace(text, at + 1)) {
    const keyEnd = endOfString(text, at)
    const found = keyEnd - at === quoted.length && text.startsWith(quoted, at)
    at = skipSpace(text, keyEnd)
    if (text[at] !== ':') return null
    const start = skipSpace(text, at + 1)
    const end = endOfValue(text, start)
    if (found) return { start, end }
    at = skipSpace(text, end)
    if (text[at] !== ',') return null
  }
  return null
}

function elements(text: string): readonly Span[] | null {
  const spans: Span[] = []
  let at = skipSpace(text, 0)
  if (text[at] !== '[') return null
  do {
    const start = skipSpace(text, at + 1)
    const end = endOfValue(text, start)
    if (end === start || spans.length > 3) return null
    spans.push({ start, end })
    at = skipSpace(text, end)
  } while (text[at] === ',')
  return text[at] === ']' ? spans : null
}

function endOfValue(text: string, start: number): number {
  if (text[start] === '"') return endOfString(text, start)
  if (text[start] !== '{' && text[start] !== '[') {
    let at = start
    while (at < text.length && !',]} \t\r\n'.includes(text[at] ?? '')) at++
    return at
  }
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const sign = text[at]
    if (sign === '"') at = endOfString(text, at) - 1
    else if (sign === '{' || sign === '[') depth++
    else if ((sign === '}' || sign === ']') && --depth === 0) return at + 1
  }
  return text.length
}

/** The place after the closing quote. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let backslashes = 0
    while (text[at - 1 - backslashes] === '\\') backslashes++
    if (backslashes % 2 === 0) return at + 1
  }
  return text.length
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (at < text.length && ' \t\r\n'.includes(text[at] ?? '')) at++
  return at
}
