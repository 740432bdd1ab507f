/**
 * The slow reader behind `parseJson`: the JSON grammar plus what Python's json module adds to it, with exact integers.
 * Linear in the length of the text; nesting was capped by the caller.
 */
import { setField } from './record.ts'
import { exactFloat } from './whole-float.ts'

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y
const SPACE = /[ \t\n\r]*/y
/** Python refuses longer integers too; turning digits into a bigint takes more than linear time. */
const MAX_INTEGER_DIGITS = 4300

/** The words Python writes for numbers that JSON has no word for, and JSON's own three. */
const WORDS: readonly (readonly [string, unknown])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]

/** Throws SyntaxError with the position of the first character that does not belong. */
export function parseTolerantJson(text: string, exactFloats = false): unknown {
  const reader: Reader = { text, at: 0, exactFloats }
  const value = readValue(reader)
  skipSpace(reader)
  if (reader.at < text.length) throw unexpected(reader)
  return value
}

interface Reader {
  readonly text: string
  at: number
  /** `1.0` stays apart from `1`. */
  readonly exactFloats: boolean
}

function readValue(reader: Reader): unknown {
  skipSpace(reader)
  switch (reader.text[reader.at]) {
    case '{':
      return readObject(reader)
    case '[':
      return readArray(reader)
    case '"':
      return readString(reader)
  }
  return readNumberOrWord(reader)
}

function readObject(reader: Reader): unknown {
  const object: Record<string, unknown> = {}
  reader.at++
  skipSpace(reader)
  if (take(reader, '}')) return object
  for (;;) {
    skipSpace(reader)
    if (reader.text[reader.at] !== '"') throw unexpected(reader)
    const name = readString(reader)
    skipSpace(reader)
    if (!take(reader, ':')) throw unexpected(reader)
    setField(object, name, readValue(reader))
    skipSpace(reader)
    if (take(reader, '}')) return object
    if (!take(reader, ',')) throw unexpected(reader)
  }
}

function readArray(reader: Reader): unknown {
  const array: unknown[] = []
  reader.at++
  skipSpace(reader)
  if (take(reader, ']')) return array
  for (;;) {
    array.push(readValue(reader))
    skipSpace(reader)
    if (take(reader, ']')) return array
    if (!take(reader, ',')) throw unexpected(reader)
  }
}

/** Found with indexOf, not with a pattern: a pattern's backtracking overflows on a string of megabytes. */
function readString(reader: Reader): string {
  const { text, at } = reader
  let end = text.indexOf('"', at + 1)
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  if (end === -1) throw unexpected({ ...reader, at: text.length })
  reader.at = end + 1
  // Not the slice itself: it would keep the whole text in memory for as long as somebody keeps this string.
  return String(JSON.parse(text.slice(at, end + 1)))
}

/** An odd number of backslashes before a quote keeps it inside the string. */
function isEscaped(text: string, at: number): boolean {
  let backslashes = 0
  while (text[at - 1 - backslashes] === '\\') backslashes++
  return backslashes % 2 === 1
}

function readNumberOrWord(reader: Reader): unknown {
  NUMBER.lastIndex = reader.at
  const found = NUMBER.exec(reader.text)
  if (found === null) {
    const word = WORDS.find(([name]) => reader.text.startsWith(name, reader.at))
    if (word === undefined) throw unexpected(reader)
    reader.at += word[0].length
    return word[1]
  }
  reader.at = NUMBER.lastIndex
  const number = Number(found[0])
  const isInteger = found[1] === undefined && found[2] === undefined
  if (!isInteger) return reader.exactFloats ? exactFloat(number) : number
  if (Number.isSafeInteger(number)) return number
  if (found[0].length > MAX_INTEGER_DIGITS) throw new SyntaxError('an integer has more than 4300 digits')
  return BigInt(found[0])
}

function skipSpace(reader: Reader): void {
  SPACE.lastIndex = reader.at
  SPACE.exec(reader.text)
  reader.at = SPACE.lastIndex
}

function take(reader: Reader, character: string): boolean {
  if (reader.text[reader.at] !== character) return false
  reader.at++
  return true
}

function unexpected(reader: Reader): SyntaxError {
  return new SyntaxError(
    `unexpected ${JSON.stringify(reader.text[reader.at] ?? 'end')} at position ${reader.at} in JSON`,
  )
}
