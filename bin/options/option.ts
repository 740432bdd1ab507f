/**
 * An option is a row: what it takes, its default, where else it may be set, and a sentence. From the rows come the
 * parser, `--help`, the README's table and the type of the result.
 */
export interface Option<T> {
  /** A flag may stand bare (`--debug`); a list takes values separated by commas. */
  readonly kind: 'value' | 'flag' | 'list'
  /** The end of "expected …, got …". */
  readonly expected: string
  /** Undefined when the text is not acceptable. */
  readonly parse: (text: string) => T | undefined
  /** The same for what stands in a config file, which has types of its own. */
  readonly fromFile: (value: unknown) => T | undefined
  readonly default: T
  /** One letter: `-b`. */
  readonly short?: string
  /** Other names that mean the same: `discard` for `purge`. */
  readonly also?: readonly string[]
  /** Read besides `UMBEL_<NAME>` and `FLOWER_<NAME>`, in this order. */
  readonly env?: readonly string[]
  /** Values are never repeated in a message. */
  readonly secret?: boolean
  /** Shown in `--help`: `N`, `URL`. */
  readonly takes: string
  readonly says: string
}

export type Options = { readonly [name: string]: Option<unknown> }
export type ValuesOf<O extends Options> = { readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never }

interface Row<T> {
  readonly default: T
  readonly says: string
  readonly short?: string
  readonly also?: readonly string[]
  readonly env?: readonly string[]
  readonly secret?: boolean
  readonly takes?: string
}

export function integer(least: number, most: number, row: Row<number>): Option<number> {
  const parse = (text: string) => {
    if (!/^[+-]?\d{1,15}$/.test(text)) return undefined
    const value = Number(text)
    return value >= least && value <= most ? value : undefined
  }
  const expected = most === Number.MAX_SAFE_INTEGER ? `an integer of at least ${least}` : `an integer ${least}..${most}`
  return { kind: 'value', expected, parse, fromFile: scalar(parse), takes: 'N', ...row }
}

/** A number of things to keep, at most `most`; 0 is no limit, which is `unlimited`. */
export function amount(most: number, unlimited: number, row: Row<number>): Option<number> {
  const { parse, ...rest } = integer(0, most, row)
  const kept = (text: string) => (parse(text) === 0 ? unlimited : parse(text))
  return { ...rest, parse: kept, fromFile: scalar(kept) }
}

/** A number that need not be given: null is its default. */
export function optionalInteger(least: number, most: number, row: Omit<Row<number>, 'default'>): Option<number | null> {
  return { ...integer(least, most, { ...row, default: least }), default: null }
}

/** `unit` ends the sentence of what is expected: "milliseconds", "seconds". */
export function number(least: number, most: number, unit: string, row: Row<number>): Option<number> {
  const parse = (text: string) => {
    if (!/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined
    const value = Number(text)
    return value >= least && value <= most ? value : undefined
  }
  return {
    kind: 'value',
    expected: `a number of ${unit}, ${least}..${most}`,
    parse,
    fromFile: scalar(parse),
    takes: 'N',
    ...row,
  }
}

export function flag(row: Row<boolean>): Option<boolean> {
  const parse = (text: string) => FLAG_WORDS.get(text.toLowerCase())
  return {
    kind: 'flag',
    expected: 'true or false',
    parse,
    fromFile: (value) => (typeof value === 'boolean' ? value : scalar(parse)(value)),
    takes: '',
    ...row,
  }
}

interface TextRow<T> extends Row<T> {
  readonly expected?: string
  readonly accepts?: (value: string) => boolean
}

export function text(row: TextRow<string>): Option<string> {
  const { expected = 'a text', accepts = () => true, ...rest } = row
  const parse = (value: string) => (accepts(value) ? value : undefined)
  return { kind: 'value', expected, parse, fromFile: scalar(parse), takes: 'TEXT', ...rest }
}

/**
 * A text that need not be given: null is its default. An empty one is as none, for Flower and Celery too: in scripts it
 * is a variable that nobody set (`--broker_api=$BROKER_API`).
 */
export function optionalText(row: Omit<TextRow<string | null>, 'default'>): Option<string | null> {
  const { expected = 'a text', accepts = () => true, ...rest } = row
  const parse = (value: string) => (value === '' ? null : accepts(value) ? value : undefined)
  return { kind: 'value', expected, parse, fromFile: scalar(parse), takes: 'TEXT', default: null, ...rest }
}

export function oneOf<T extends string>(words: readonly T[], row: Row<T>): Option<T> {
  const parse = (value: string) => words.find((word) => word === value.toLowerCase())
  return {
    kind: 'value',
    expected: `one of ${words.join(', ')}`,
    parse,
    fromFile: scalar(parse),
    takes: 'WORD',
    ...row,
  }
}

/** `accepts` judges one entry. */
export function list(
  row: Row<readonly string[]> & { readonly expected: string; readonly accepts: (entry: string) => boolean },
): Option<readonly string[]> {
  const { expected, accepts, ...rest } = row
  const checked = (entries: readonly string[]) => (entries.every(accepts) ? entries : undefined)
  return {
    kind: 'list',
    expected,
    parse: (value) => checked(value.split(',').map((entry) => entry.trim())),
    fromFile: (value) => {
      if (typeof value === 'string') return checked(value.split(',').map((entry) => entry.trim()))
      if (!Array.isArray(value)) return undefined
      return checked(value.map(String))
    },
    takes: 'A,B',
    ...rest,
  }
}

/** Any other kind of value, by its own reader. */
export function value<T>(
  row: Row<T> & { readonly expected: string; readonly parse: (text: string) => T | undefined },
): Option<T> {
  const { expected, parse, ...rest } = row
  return { kind: 'value', expected, parse, fromFile: scalar(parse), takes: 'VALUE', ...rest }
}

/** A mapping: JSON on the command line, a plain mapping in a config file. */
export function mapping(row: Row<Readonly<Record<string, unknown>>>): Option<Readonly<Record<string, unknown>>> {
  return {
    kind: 'value',
    expected: 'a JSON object such as {"visibility_timeout": 3600}',
    parse: (value) => {
      try {
        return asMapping(JSON.parse(value))
      } catch {
        return undefined
      }
    },
    fromFile: asMapping,
    takes: 'JSON',
    ...row,
  }
}

function asMapping(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return value as Readonly<Record<string, unknown>> // an object that is not an array: its keys are strings
}

function scalar<T>(parse: (text: string) => T | undefined): (value: unknown) => T | undefined {
  return (value) => (typeof value === 'string' || typeof value === 'number' ? parse(String(value)) : undefined)
}

/** How true and false are said: the words of Flower and Celery (flower.md 2.1, client-cli.md B1). */
export const FLAG_WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['y', 'yes', 't', 'true', 'on', '1'].map((word) => [word, true] as const),
  ...['n', 'no', 'f', 'false', 'off', '0'].map((word) => [word, false] as const),
])
