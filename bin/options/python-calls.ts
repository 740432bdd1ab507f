/** What a flowerconfig.py may call and still be read only: conversions, paths, methods of texts, the environment. */
import { homedir } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { fault } from './python-tokens.ts'

type Call = (given: readonly unknown[]) => unknown

const FUNCTIONS: Readonly<Record<string, Call>> = {
  int: ([value]) => Math.trunc(numberOf(value, 'int')),
  float: ([value]) => numberOf(value, 'float'),
  str: ([value]) => textOf(value),
  bool: ([value]) => isTrue(value),
  len: ([value]) => (typeof value === 'string' || Array.isArray(value) ? value.length : fault('len() of neither')),
  list: ([value = []]) => listOf(value),
  tuple: ([value = []]) => listOf(value),
  'os.getcwd': () => process.cwd(),
  'os.path.join': (parts) => parts.map(textOf).reduce((path, part) => (isAbsolute(part) ? part : join(path, part))),
  'os.path.abspath': ([path]) => resolve(textOf(path)),
  'os.path.realpath': ([path]) => resolve(textOf(path)),
  'os.path.dirname': ([path]) => dirname(textOf(path)),
  'os.path.expanduser': ([path]) => textOf(path).replace(/^~(?=\/|$)/, homedir()),
}

const METHODS: Readonly<Record<string, (text: string, given: readonly unknown[]) => unknown>> = {
  split: (text, [separator]) =>
    separator === undefined || separator === null ? words(text) : text.split(textOf(separator)),
  join: (text, [parts]) => listOf(parts).map(textOf).join(text),
  strip: (text, given) => (given.length === 0 ? text.trim() : fault('strip() of given characters')),
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  replace: (text, [from, to]) => text.replaceAll(textOf(from), () => textOf(to)),
  startswith: (text, [start]) => text.startsWith(textOf(start)),
  endswith: (text, [end]) => text.endsWith(textOf(end)),
  format: (text, given) => {
    let at = 0
    if (/\{[^}]*[^}\d][^}]*\}/.test(text)) return fault('format() of names')
    return text.replace(/\{(\d*)\}/g, (_, place: string) => textOf(given[place === '' ? at++ : Number(place)]))
  },
}

/** Throws PythonFault for what is not called here. */
export function callFunction(name: string, given: readonly unknown[]): unknown {
  const call = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined
  if (call === undefined) return fault(`${name}() is not called here`)
  return call(given)
}

export function callMethod(of: unknown, name: string, given: readonly unknown[]): unknown {
  if (isMapping(of) && name === 'get') return at(of, given[0]) ?? given[1] ?? null
  const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined
  if (typeof of !== 'string' || method === undefined) return fault(`.${name}() is not called here`)
  return method(of, given)
}

/** Undefined: there is none. */
export function at(of: unknown, place: unknown): unknown {
  if (Array.isArray(of) && typeof place === 'number') return of.at(place)
  return isMapping(of) && typeof place === 'string' && Object.hasOwn(of, place) ? of[place] : undefined
}

/** `'x' in value`. */
export function isIn(part: unknown, whole: unknown): boolean {
  if (typeof whole === 'string') return whole.includes(textOf(part))
  if (Array.isArray(whole)) return whole.includes(part)
  return isMapping(whole) ? at(whole, part) !== undefined : fault('in, of neither a text nor a list')
}

export function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  return isMapping(value) ? Object.keys(value).length > 0 : Boolean(value)
}

/** As `str()` writes it. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return value === null ? 'None' : fault('a text of what is neither text nor number')
}

function numberOf(value: unknown, name: string): number {
  const text = String(value).trim().toLowerCase()
  const isInfinite = name === 'float' && /^[+-]?inf(inity)?$/.test(text)
  if (isInfinite) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  const number = Number(value)
  return text === '' || !Number.isFinite(number) ? fault(`${name}() of what is no number`) : number
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : fault('a list of what is none')
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
