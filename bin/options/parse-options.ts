import { nearestWord } from '../../lib/errors/nearest-word.ts'
import { UmbelError } from '../../lib/errors.ts'
import type { ConfigFile } from './config-file.ts'
import type { Option, Options, ValuesOf } from './option.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export interface Given {
  /** Option name → the text of its last use. A bare flag is 'true'. */
  readonly values: ReadonlyMap<string, string>
  /** What is odd but not wrong: an option given twice. */
  readonly warnings: readonly string[]
  /** What is no option, in order. */
  readonly words: readonly string[]
}

export interface ReadOptions {
  /** Take words that are no options, and everything after `--`; a flag is then never followed by its value. */
  readonly words?: boolean
}

/**
 * Reads `--name=value`, `--name value`, `--flag`, `-x value`, `-xvalue`, `-xy`, with dashes or underscores. Throws
 * `option/unknown` with the nearest name, or `option/invalid` for a missing value; values are judged by `optionValues`.
 */
export function readArguments(
  options: Options,
  argv: readonly string[],
  { words: mayHaveWords }: ReadOptions = {},
): Given {
  const values = new Map<string, string>()
  const warnings: string[] = []
  const words: string[] = []
  const rest = argv.flatMap((word, i) =>
    argv.indexOf('--') !== -1 && i >= argv.indexOf('--') ? [word] : unbundled(options, word),
  )
  for (let i = 0; i < rest.length; i += 1) {
    const word = rest[i] ?? ''
    if (mayHaveWords && word === '--') {
      words.push(...rest.slice(i + 1))
      break
    }
    const equals = word.indexOf('=')
    const typed = equals < 0 ? word : word.slice(0, equals)
    const name = nameOf(options, typed)
    if (name === null && mayHaveWords && !/^-./.test(word)) {
      words.push(word)
      continue
    }
    if (name === null) throw unknownArgument(options, typed)
    let value = equals < 0 ? undefined : word.slice(equals + 1)
    if (value === undefined) {
      const next = rest[i + 1]
      const option = options[name]
      if (option?.kind === 'flag') {
        const said = !mayHaveWords && next !== undefined && option.parse(next) !== undefined
        value = said ? next : 'true'
        if (said) i += 1
      } else if (next === undefined || (next.startsWith('-') && nameOf(options, next.split('=')[0] ?? '') !== null)) {
        throw new UmbelError('option/invalid', { option: typed, value: '', expected: option?.expected ?? 'a value' })
      } else {
        value = next
        i += 1
      }
    }
    const before = values.get(name)
    if (before !== undefined && before !== value) warnings.push(twice(options, name, before, value))
    values.set(name, value)
  }
  return { values, warnings, words }
}

/** `-EB` as `-E -B`, `-c4` as `-c 4`; every other word as it is. */
function unbundled(options: Options, word: string): readonly string[] {
  if (!/^-[a-z][^=]/i.test(word) || isLongWithOneDash(options, word)) return [word]
  const letter = word.slice(0, 2)
  const name = nameOf(options, letter)
  if (name === null) return [word]
  const rest = word.slice(2)
  return options[name]?.kind === 'flag' ? [letter, ...unbundled(options, `-${rest}`)] : [letter, rest]
}

/** `-port=5555`: Flower counts no dashes. */
function isLongWithOneDash(options: Options, word: string): boolean {
  const name = /^-([a-z][\w-]+)=/i.exec(word)?.[1]
  return name !== undefined && nameOf(options, `--${name}`) !== null
}

/**
 * The value of every option: command line, else config file, else environment, else default (Flower's order,
 * flower.md 3). `alsoInFile` are top keys of the file that are not options. Throws UmbelError naming what is wrong,
 * where, and what was expected; a secret is not repeated.
 */
export function optionValues<O extends Options>(
  options: O,
  given: Given,
  environment: Environment,
  file: ConfigFile | null,
  alsoInFile: readonly string[] = [],
): ValuesOf<O> {
  if (file !== null) refuseUnknownKeys(options, file, alsoInFile)
  const values: Record<string, unknown> = {}
  for (const [name, option] of Object.entries(options)) {
    values[name] =
      fromArguments(name, option, given) ??
      fromFile(name, option, file) ??
      fromEnvironment(name, option, environment) ??
      option.default
  }
  return values as ValuesOf<O> // one value for each row, of that row's type
}

/** The value of one option before the others are known: `conf` says where the rest stands. */
export function earlyValue<T>(name: string, option: Option<T>, given: Given, environment: Environment): T {
  return fromArguments(name, option, given) ?? fromEnvironment(name, option, environment) ?? option.default
}

/** Whether a variable of its own says what an option is. */
export function isInEnvironment(name: string, environment: Environment): boolean {
  const upper = name.toUpperCase()
  return (environment[`UMBEL_${upper}`] || environment[`FLOWER_${upper}`] || '') !== ''
}

/** Rows a command has in common with others keep one spelling: `--max-tasks` and `--max_tasks` are `max_tasks`. */
function nameOf(options: Options, typed: string): string | null {
  if (/^--[a-z]/i.test(typed)) {
    const name = typed.slice(2).replaceAll('-', '_')
    if (Object.hasOwn(options, name)) return name
    return Object.entries(options).find(([, { also }]) => also?.includes(name) === true)?.[0] ?? null
  }
  const found = Object.entries(options).find(([, option]) => option.short !== undefined && `-${option.short}` === typed)
  if (found !== undefined) return found[0]
  return /^-[a-z]{3}/i.test(typed) ? nameOf(options, `-${typed}`) : null
}

function unknownArgument(options: Options, typed: string): UmbelError {
  const close = typed.startsWith('--') ? nearestWord(typed.slice(2).replaceAll('-', '_'), Object.keys(options)) : null
  return new UmbelError('option/unknown', {
    option: clipped(typed),
    nearest: close === null ? null : `--${close.replaceAll('_', '-')}`,
  })
}

function fromArguments<T>(name: string, option: Option<T>, given: Given): T | undefined {
  const value = given.values.get(name)
  if (value === undefined) return undefined
  const parsed = option.parse(value)
  return parsed === undefined ? refuse(`--${name.replaceAll('_', '-')}`, option, value) : parsed
}

function fromEnvironment<T>(name: string, option: Option<T>, environment: Environment): T | undefined {
  const upper = name.toUpperCase()
  for (const variable of [`UMBEL_${upper}`, `FLOWER_${upper}`, ...(option.env ?? [])]) {
    const value = environment[variable]
    if (value === undefined || value === '') continue
    return option.parse(value) ?? refuse(`environment ${variable}`, option, value)
  }
  return undefined
}

function fromFile<T>(name: string, option: Option<T>, file: ConfigFile | null): T | undefined {
  if (file === null) return undefined
  const key = Object.keys(file.data).find((candidate) => candidate.replaceAll('-', '_') === name)
  const value = key === undefined ? undefined : file.data[key]
  if (key === undefined || value === undefined || value === null) return undefined
  const parsed = option.fromFile(value)
  if (parsed !== undefined) return parsed
  const got = option.secret ? '***' : clipped(JSON.stringify(value))
  const expected = `expected ${option.expected}, got ${got}`
  throw new UmbelError('config/invalid', { file: file.file, line: file.lineOf([key]), path: key, expected })
}

function refuse<T>(where: string, option: Option<T>, value: string): never {
  const shown = option.secret ? '***' : clipped(value)
  throw new UmbelError('option/invalid', { option: where, value: shown, expected: option.expected })
}

function refuseUnknownKeys(options: Options, file: ConfigFile, also: readonly string[]): void {
  const known = [...Object.keys(options), ...also]
  for (const key of Object.keys(file.data)) {
    const name = key.replaceAll('-', '_')
    if (known.includes(name)) continue
    const close = nearestWord(name, known)
    const expected = `unknown setting${close === null ? '' : `; did you mean ${close}?`}`
    throw new UmbelError('config/invalid', { file: file.file, line: file.lineOf([key]), path: clipped(key), expected })
  }
}

function twice(options: Options, name: string, before: string, value: string): string {
  const shown = (text: string) => (options[name]?.secret ? '***' : JSON.stringify(clipped(text)))
  return `--${name.replaceAll('_', '-')} was given twice: ${shown(before)} and ${shown(value)}; the last one counts`
}

function clipped(value: string): string {
  return value.length > 100 ? `${value.slice(0, 100)}…` : value
}
