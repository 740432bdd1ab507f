/** Reads one word of a search as a term of the page's language, which task-query.ts describes. */
import { parseIsoTime } from '../protocol/iso-time.ts'
import type { SearchToken } from './search-tokens.ts'
import {
  type Comparison,
  fieldOf,
  NUMBER_FIELDS,
  type NumberField,
  nearestField,
  type TaskTerm,
  TIME_FIELDS,
  type TimeField,
} from './task-terms.ts'

export type ReadTerm = { readonly term: TaskTerm } | { readonly problem: string }

interface Place {
  readonly start: number
  readonly end: number
  readonly negated: boolean
}

/** Of a path into the arguments: each one reads the whole text again. */
const MOST_STEPS = 16

const FIELD = /^([A-Za-z_][\w-]*(?:\.[^\s:".,]+)*):/

/** What stands before the first `:` outside quotes, when it looks like a field; else null. */
export function fieldText({ shape }: SearchToken): string | null {
  return FIELD.exec(shape)?.[1] ?? null
}

/** `place` is that of the whole term, its NOT included. */
export function readTerm(token: SearchToken, place: Place): ReadTerm {
  const field = fieldText(token)
  if (token.open) return { problem: `The quote that opens at ${place.start + 1} is not closed.` }
  if (field === null) {
    if (token.value === '') return { problem: 'There is nothing between the quotes.' }
    return { term: { kind: 'word', ...place, text: token.value } }
  }
  const texts = valuesOf(token, field.length + 1)
  const first = texts[0]
  if (first === undefined) return { problem: `"${field}:" needs a value.` }

  const [name = '', ...path] = field.split('.')
  const known = fieldOf(name)
  if (known === undefined) return { problem: unknownField(field, name) }
  if (path.length > 0) {
    if (known !== 'args' && known !== 'kwargs') return { problem: `"${name}" has no parts; write "${known}:…".` }
    if (path.length > MOST_STEPS) return { problem: `"${name}" is looked into at most ${MOST_STEPS} levels deep.` }
    return { term: { kind: 'path', ...place, field: known, path, values: texts } }
  }
  if (isNumberField(known)) return readNumber(place, known, texts.join(','))
  if (isTimeField(known)) return readTime(place, known, texts.join(','))
  const pair = known === 'kwargs' && texts.length === 1 ? /^(\w+)=(.+)$/s.exec(first) : null
  if (pair !== null) {
    // Flower's way to say kwargs.key:value (flower.md 1.5).
    return { term: { kind: 'path', ...place, field: 'kwargs', path: [pair[1] ?? ''], values: [pair[2] ?? ''] } }
  }
  return { term: { kind: 'text', ...place, field: known, values: texts } }
}

/** What follows the field, at the commas outside quotes. */
function valuesOf({ value, shape }: SearchToken, from: number): readonly string[] {
  const texts: string[] = []
  for (let start = from; start <= value.length; ) {
    const comma = shape.indexOf(',', start)
    const end = comma < 0 ? value.length : comma
    if (end > start) texts.push(value.slice(start, end))
    start = end + 1
  }
  return texts
}

function isNumberField(field: string): field is NumberField {
  return (NUMBER_FIELDS as readonly string[]).includes(field)
}

function isTimeField(field: string): field is TimeField {
  return (TIME_FIELDS as readonly string[]).includes(field)
}

function unknownField(field: string, name: string): string {
  const near = nearestField(name)
  const hint = near === null ? `To search for this text, put it in quotes.` : `Did you mean "${near}"?`
  return `There is no field "${field}". ${hint}`
}

const NUMBER = /^(<=|>=|<|>|=)?\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/
const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['sec', 1_000],
  ['m', 60_000],
  ['min', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])

function readNumber(place: Place, field: NumberField, text: string): ReadTerm {
  const found = NUMBER.exec(text)
  const unit = (found?.[3] ?? '').toLowerCase()
  const factor = field === 'retries' ? (unit === '' ? 1 : undefined) : UNIT_MS.get(unit === '' ? 's' : unit)
  if (found === null || factor === undefined) {
    const example = field === 'retries' ? 'retries:>3' : `${field}:>2s`
    return { problem: `"${field}:${text}" cannot be compared; write for example "${example}".` }
  }
  // The groups of NUMBER hold one of these, and digits.
  const comparison = (found[1] ?? '=') as Comparison
  return { term: { kind: 'number', ...place, field, comparison, value: Number(found[2]) * factor, text } }
}

const DURATION = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)$/

function readTime(place: Place, field: TimeField, text: string): ReadTerm {
  const found = DURATION.exec(text)
  const factor = UNIT_MS.get((found?.[2] ?? '').toLowerCase())
  if (found !== null && factor !== undefined) {
    return { term: { kind: 'time', ...place, field, at: { agoMs: Number(found[1]) * factor }, text } }
  }
  const ms = parseIsoTime(text.toUpperCase())
  if (ms !== null) return { term: { kind: 'time', ...place, field, at: { ms }, text } }
  return { problem: `"${field}:${text}" is no time; write for example "since:2h" or "since:2026-01-31T08:00".` }
}
