/** Reads search text into terms and faults, one token after the other. The language is described in task-query.ts. */
import {
  type Comparison,
  fieldOf,
  NUMBER_FIELDS,
  type NumberField,
  nearestField,
  type QueryFault,
  type TaskTerm,
} from './task-terms.ts'

interface Token {
  readonly start: number
  readonly end: number
  readonly negated: boolean
  /** What stands before the first `:` outside quotes, or null. */
  readonly field: string | null
  /** What follows it, at the commas outside quotes; `quoted` parts keep their spaces and signs. */
  readonly values: readonly { readonly text: string; readonly quoted: boolean }[]
  readonly open: boolean
}

type Read = { readonly term: TaskTerm } | { readonly problem: string }

const FIELD = /([A-Za-z_][\w-]*(?:\.[^\s:".,]+)*):/y

export function readTerms(text: string): {
  readonly terms: readonly TaskTerm[]
  readonly faults: readonly QueryFault[]
} {
  const terms: TaskTerm[] = []
  const faults: QueryFault[] = []
  for (let at = skipSpace(text, 0); at < text.length; ) {
    const token = readToken(text, at)
    const { start, end } = token
    const read: Read = token.open ? { problem: `The quote that opens at ${start + 1} is not closed.` } : readTerm(token)
    if ('term' in read) terms.push(read.term)
    else faults.push({ start, end, problem: read.problem })
    at = skipSpace(text, end)
  }
  return { terms, faults }
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (at < text.length && isSpace(text, at)) at++
  return at
}

function isSpace(text: string, at: number): boolean {
  return /\s/.test(text.charAt(at))
}

function readToken(text: string, start: number): Token {
  const negated = text[start] === '-' && start + 1 < text.length && !isSpace(text, start + 1)
  let at = negated ? start + 1 : start
  FIELD.lastIndex = at
  const field = FIELD.exec(text)?.[1] ?? null
  if (field !== null) at += field.length + 1

  const values: { text: string; quoted: boolean }[] = []
  let value = { text: '', quoted: false }
  let open = false
  for (; at < text.length && !isSpace(text, at); at++) {
    const character = text.charAt(at)
    if (character === ',' && field !== null) {
      values.push(value)
      value = { text: '', quoted: false }
    } else if (character === '"') {
      value.quoted = true
      open = true
      for (at++; at < text.length; at++) {
        if (text[at] === '"') {
          open = false
          break
        }
        if (text[at] === '\\' && at + 1 < text.length) at++
        value.text += text.charAt(at)
      }
    } else value.text += character
  }
  values.push(value)
  const filled = values.filter(({ text, quoted }) => text !== '' || quoted)
  return { start, end: Math.min(at, text.length), negated, field, values: filled, open }
}

function readTerm(token: Token): Read {
  const { start, end, negated, field, values } = token
  const place = { start, end, negated }
  const texts = values.map((value) => value.text)
  const first = texts[0]
  if (field === null) {
    if (first === undefined || first === '') return { problem: 'There is nothing between the quotes.' }
    return { term: { kind: 'word', ...place, text: first } }
  }
  if (first === undefined || first === '') return { problem: `"${field}:" needs a value.` }

  const [name = '', ...path] = field.split('.')
  const known = fieldOf(name)
  if (known === undefined) return { problem: unknownField(field, name) }
  if (path.length > 0) {
    if (known !== 'args' && known !== 'kwargs') return { problem: `"${name}" has no parts; write "${known}:…".` }
    return { term: { kind: 'path', ...place, field: known, path, values: texts } }
  }
  if (isNumberField(known)) return readNumber(place, known, texts)
  const pair = known === 'kwargs' && texts.length === 1 ? /^(\w+)=(.+)$/s.exec(first) : null
  if (pair !== null) {
    // Flower's way to say kwargs.key:value (flower.md 1.5).
    return { term: { kind: 'path', ...place, field: 'kwargs', path: [pair[1] ?? ''], values: [pair[2] ?? ''] } }
  }
  return { term: { kind: 'text', ...place, field: known, values: texts } }
}

function isNumberField(field: string): field is NumberField {
  return (NUMBER_FIELDS as readonly string[]).includes(field)
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

function readNumber(
  place: { start: number; end: number; negated: boolean },
  field: NumberField,
  texts: string[],
): Read {
  const text = texts.join(',')
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
