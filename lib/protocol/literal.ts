/**
 * Reads Python literals, to send a task again from the repr in its events (issue: never a guess). Complete literals
 * only: what was cut short, names an object, or could have been two different values is a fault.
 */
import { bad, type Decoded, good } from './decoded.ts'
import { type Dialect, LiteralError, type LiteralFault, LiteralReader } from './literal-reader.ts'
import { isRecord } from './record.ts'

export type { Dialect, LiteralFault } from './literal-reader.ts'

export interface LiteralOptions {
  /**
   * `python`: source text as Python's repr writes it. `saferepr`: as Celery writes it into events, where a backslash is
   * not escaped, so that `\n` may have been one character or two, and bytes may be text or hex.
   */
  readonly dialect?: Dialect
  readonly maxLength?: number
  /** For values that are only passed on: `1.0` is a WholeFloat. */
  readonly exactFloats?: boolean
}

const MAX_LENGTH = 1_000_000

/**
 * None, True, False, numbers, strings, bytes, tuples and lists (both as arrays), dicts with string keys, nested.
 * Whole numbers beyond 2^53 are bigint. Linear in the length of the text; never throws.
 */
export function parsePythonLiteral(text: string, options: LiteralOptions = {}): Decoded<unknown, LiteralFault> {
  const { dialect = 'python', maxLength = MAX_LENGTH, exactFloats = false } = options
  if (text.length > maxLength) return bad('too-large', `${text.length} characters; the limit is ${maxLength}`)
  try {
    return good(new LiteralReader(text, dialect, exactFloats).readAll())
  } catch (error) {
    if (error instanceof LiteralError) return bad(error.why, error.message)
    throw error
  }
}

/** Positional arguments from the `args` text of an event, to be passed on: floats stay floats. */
export function parseArgs(text: string): Decoded<readonly unknown[], LiteralFault> {
  const parsed = parsePythonLiteral(text, { dialect: 'saferepr', exactFloats: true })
  if (!parsed.ok) return parsed
  return Array.isArray(parsed.value) ? good(parsed.value) : bad('not-arguments', 'these are no positional arguments')
}

/** Keyword arguments from the `kwargs` text of an event, to be passed on: floats stay floats. */
export function parseKwargs(text: string): Decoded<Readonly<Record<string, unknown>>, LiteralFault> {
  const parsed = parsePythonLiteral(text, { dialect: 'saferepr', exactFloats: true })
  if (!parsed.ok) return parsed
  return isRecord(parsed.value) ? good(parsed.value) : bad('not-arguments', 'these are no keyword arguments')
}
