/** The reader behind `literal.ts`. One object per text; throws LiteralError, which does not leave that file. */
import { setField } from './record.ts'
import { decodeEscapes } from './string-escapes.ts'
import { exactFloat } from './whole-float.ts'

export type Dialect = 'python' | 'saferepr'

export type LiteralFault =
  | 'truncated'
  | 'not-literal'
  | 'ambiguous'
  | 'unsupported-key'
  | 'set'
  | 'not-finite'
  | 'too-deep'
  | 'too-large'
  | 'not-arguments'

export class LiteralError extends Error {
  readonly why: LiteralFault
  constructor(why: LiteralFault, message: string) {
    super(message)
    this.why = why
  }
}

const MAX_DEPTH = 100
/** Python itself refuses longer ones. */
const MAX_DIGITS = 4300

const SPACE = /[ \t\n\r\f]*/y
const NUMBER =
  /[+-]?(?:0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*\.?(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?)/y
const NAME = /[A-Za-z_]\w*/y
const PREFIX = /^(?:[rRuUbB]|[rR][bB]|[bB][rR])$/

export class LiteralReader {
  readonly #text: string
  readonly #dialect: Dialect
  readonly #exactFloats: boolean
  #at = 0

  constructor(text: string, dialect: Dialect, exactFloats: boolean) {
    this.#exactFloats = exactFloats
    this.#text = text
    this.#dialect = dialect
  }

  readAll(): unknown {
    const value = this.#value(0)
    this.#space()
    if (this.#at < this.#text.length) throw this.#unexpected()
    return value
  }

  #value(depth: number): unknown {
    if (depth > MAX_DEPTH) throw new LiteralError('too-deep', `nested deeper than ${MAX_DEPTH}`)
    this.#space()
    const next = this.#text[this.#at]
    if (next === '(') return this.#tuple(depth)
    if (next === '[') return this.#items(']', depth).items
    if (next === '{') return this.#dict(depth)
    if (next === "'" || next === '"') return this.#strings('')
    if (next !== undefined && /[\d.+-]/.test(next) && !this.#text.startsWith('...', this.#at)) return this.#number()
    const name = this.#match(NAME)
    if (name === null) throw this.#unexpected()
    const quote = this.#text[this.#at]
    if ((quote === "'" || quote === '"') && PREFIX.test(name)) return this.#strings(name.toLowerCase())
    return this.#word(name)
  }

  #word(name: string): unknown {
    if (name === 'None') return null
    if (name === 'True') return true
    if (name === 'False') return false
    if (name === 'nan' || name === 'inf') throw new LiteralError('not-finite', `${name} is no literal`)
    if (name === 'set' && this.#text.startsWith('()', this.#at)) throw new LiteralError('set', 'a set cannot be sent')
    throw new LiteralError('not-literal', `${name} is no literal`)
  }

  /** `(x)` is x itself, `(x,)` a tuple. */
  #tuple(depth: number): unknown {
    const { items, comma } = this.#items(')', depth)
    return items.length === 1 && !comma ? items[0] : items
  }

  #items(end: string, depth: number): { items: unknown[]; comma: boolean } {
    const items: unknown[] = []
    let comma = false
    this.#at++
    for (;;) {
      this.#space()
      if (this.#take(end)) return { items, comma }
      if (items.length > 0 && !comma) throw this.#unexpected()
      items.push(this.#value(depth + 1))
      this.#space()
      comma = this.#take(',')
    }
  }

  #dict(depth: number): unknown {
    const dict: Record<string, unknown> = {}
    this.#at++
    for (let first = true; ; first = false) {
      this.#space()
      if (this.#take('}')) return dict
      const key = this.#value(depth + 1)
      this.#space()
      if (!this.#take(':')) {
        const next = this.#text[this.#at]
        if (first && (next === ',' || next === '}')) throw new LiteralError('set', 'a set cannot be sent')
        throw this.#unexpected()
      }
      if (typeof key !== 'string') throw new LiteralError('unsupported-key', 'a dict has keys that are no strings')
      setField(dict, key, this.#value(depth + 1))
      this.#space()
      if (!this.#take(',') && this.#text[this.#at] !== '}') throw this.#unexpected()
    }
  }

  #number(): unknown {
    const text = this.#match(NUMBER)
    if (text === null) {
      const name = /^[+-]\s*(nan|inf)\b/.exec(this.#text.slice(this.#at, this.#at + 10))
      if (name !== null) throw new LiteralError('not-finite', `${name[0]} is no literal`)
      throw this.#unexpected()
    }
    const after = this.#text[this.#at]
    if (this.#text.startsWith('...', this.#at)) throw this.#truncated()
    if (after !== undefined && /[\w.+-]/.test(after))
      throw new LiteralError('not-literal', 'no number of a kind that can be sent')
    const digits = text.replaceAll('_', '')
    if (digits.length > MAX_DIGITS) throw new LiteralError('too-large', `a number has more than ${MAX_DIGITS} digits`)
    if (/^[+-]?0\d*[1-9]/.test(digits) && !/[.eExXoObB]/.test(digits)) throw this.#unexpected() // 012 is no number
    const isInteger = /^[+-]?(0[xXoObB]|\d+$)/.test(digits)
    if (!isInteger) return this.#exactFloats ? exactFloat(finite(Number(digits))) : finite(Number(digits))
    const size = BigInt(digits.replace(/^[+-]/, ''))
    const value = digits.startsWith('-') ? -size : size
    return Number.isSafeInteger(Number(value)) ? Number(value) : value
  }

  /** Strings that stand side by side are one, as in Python. */
  #strings(prefix: string): unknown {
    const first = this.#string(prefix)
    this.#space()
    const next = this.#text[this.#at]
    if (next !== "'" && next !== '"') return first
    // Celery writes one string per value: two in a row mean that a quote was not where it seemed to be.
    if (this.#dialect === 'saferepr') throw new LiteralError('ambiguous', 'a string ends in a backslash')
    if (typeof first !== 'string') throw new LiteralError('not-literal', 'bytes side by side')
    const parts = [first]
    while (this.#text[this.#at] === "'" || this.#text[this.#at] === '"') {
      parts.push(String(this.#string('')))
      this.#space()
    }
    return parts.join('')
  }

  #string(prefix: string): unknown {
    const quote = this.#text[this.#at] ?? ''
    const mark =
      this.#text.startsWith(quote.repeat(3), this.#at) && this.#dialect === 'python' ? quote.repeat(3) : quote
    const start = this.#at + mark.length
    const end = this.#endOfString(start, mark)
    const inner = this.#text.slice(start, end)
    this.#at = end + mark.length
    return this.#dialect === 'saferepr' ? this.#safereprString(inner, prefix) : pythonString(inner, prefix, mark)
  }

  /** Character by character: searching for quote and backslash in turn would take more than linear time. */
  #endOfString(start: number, mark: string): number {
    const text = this.#text
    for (let at = start; at < text.length; at++) {
      if (text[at] === '\\') at++
      else if (text[at] === mark[0] && text.startsWith(mark, at)) return at
    }
    throw text.endsWith('...') ? this.#truncated() : this.#unexpected()
  }

  /** celery.utils.saferepr: `'` becomes `\'` and nothing else is escaped; a string that was cut ends in `...`. */
  #safereprString(inner: string, prefix: string): unknown {
    if (inner.endsWith('...')) throw this.#truncated()
    const text = inner.replaceAll("\\'", "'")
    if (text.includes('\\'))
      throw new LiteralError('ambiguous', 'a string has a backslash, which Celery does not escape')
    if (prefix === '') return text
    if (prefix !== 'b') throw this.#unexpected()
    if (/^(?:[\da-f]{2})+$/.test(text)) throw new LiteralError('ambiguous', 'bytes may be text or hexadecimal digits')
    return new TextEncoder().encode(inner)
  }

  #space(): void {
    SPACE.lastIndex = this.#at
    SPACE.exec(this.#text)
    this.#at = SPACE.lastIndex
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found === null) return null
    this.#at = pattern.lastIndex
    return found[0]
  }

  #truncated(): LiteralError {
    return new LiteralError('truncated', 'the text was cut short')
  }

  #unexpected(): LiteralError {
    if (this.#text.startsWith('...', this.#at) || this.#text.endsWith('...')) return this.#truncated()
    const next = this.#text[this.#at]
    return new LiteralError(
      'not-literal',
      `${next === undefined ? 'the end' : JSON.stringify(next)} at ${this.#at} was not expected`,
    )
  }
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new LiteralError('not-finite', 'a number too large for a double')
  return value
}

function pythonString(inner: string, prefix: string, mark: string): unknown {
  if (mark.length === 1 && inner.includes('\n')) throw new LiteralError('not-literal', 'a line break in a string')
  const isBytes = prefix.includes('b')
  const text = prefix.includes('r') ? inner : decodeEscapes(inner, isBytes)
  if (text === null) throw new LiteralError('not-literal', 'an escape that is none')
  if (!isBytes) return text
  if (/[^\0-\x7f]/.test(inner)) throw new LiteralError('not-literal', 'bytes hold ASCII only')
  return Uint8Array.from(text, (one) => one.charCodeAt(0))
}
