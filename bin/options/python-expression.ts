/**
 * The few expressions that stand behind `name =` in a flowerconfig.py: literals, names that were set before, sums,
 * and the environment. Nothing is run.
 */
import { parsePythonLiteral } from '../../lib/protocol/literal.ts'

export interface PythonNames {
  readonly variables: ReadonlyMap<string, unknown>
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Why an expression has no value here; for a person. */
export class PythonFault extends Error {
  override readonly name = 'PythonFault'
}

const TOKEN =
  /\s*(?:#[^\n]*\s*|\\\n\s*)*((?:[rRbBuUfF]{0,2})(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*')|\d[\w.]*(?:[eE][+-]\d+)?|\.\d+\w*|[A-Za-z_]\w*|[[\](){},:.+-]|\S)?/y
const CONSTANTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['True', true],
  ['False', false],
  ['None', null],
])
const DEEPEST = 50

/** The value of an expression. Throws PythonFault for what is more than the above. */
export function pythonValue(source: string, names: PythonNames): unknown {
  const tokens = tokensOf(source)
  let at = 0
  let depth = 0

  const peek = () => tokens[at]
  const take = (): string => tokens[at++] ?? fault('it ends too early')
  const need = (sign: string) => {
    if (take() !== sign) fault(`${sign} is missing`)
  }

  function sum(): unknown {
    if (++depth > DEEPEST) fault('it is nested too deep')
    let value = term()
    while (peek() === '+') {
      at += 1
      value = added(value, term())
    }
    depth -= 1
    return value
  }

  function term(): unknown {
    const token = take()
    if (token === '-' || token === '+') {
      const value = term()
      return typeof value === 'number' ? (token === '-' ? -value : value) : fault('a sign before what is no number')
    }
    if (token === '(') return parenthesised()
    if (token === '[') return items(']')
    if (token === '{') return mapping()
    if (/^[rRbBuU]{0,2}["']/.test(token)) return text(token)
    if (/^[.\d]/.test(token)) return literal(token.replaceAll('_', ''))
    if (/^[fF]/.test(token) && /["']$/.test(token)) return fault('an f-string')
    return named(token)
  }

  function text(first: string): unknown {
    let value = literal(first)
    while (/^[rRbBuU]{0,2}["']/.test(peek() ?? '')) value = added(value, literal(take()))
    return value
  }

  function items(end: string): unknown[] {
    const values: unknown[] = []
    while (peek() !== end) {
      values.push(sum())
      if (peek() !== end) need(',')
    }
    at += 1
    return values
  }

  function parenthesised(): unknown {
    if (peek() === ')') return items(')')
    const first = sum()
    if (peek() !== ',') {
      need(')')
      return first
    }
    at += 1
    return [first, ...items(')')]
  }

  function mapping(): Readonly<Record<string, unknown>> {
    const entries: [string, unknown][] = []
    while (peek() !== '}') {
      const key = sum()
      if (typeof key !== 'string') fault('a key that is no text')
      need(':')
      entries.push([String(key), sum()])
      if (peek() !== '}') need(',')
    }
    at += 1
    return Object.fromEntries(entries)
  }

  /** A constant, a variable, or what reads the environment. */
  function named(first: string): unknown {
    if (!/^[A-Za-z_]/.test(first)) return fault(`${first} is not read here`)
    let name = first
    while (peek() === '.') {
      at += 1
      name += `.${take()}`
    }
    const next = peek()
    if (next === '[' && /^(os\.)?environ$/.test(name)) {
      at += 1
      const key = String(sum())
      need(']')
      return names.environment[key] ?? fault(`the environment has no ${key}`)
    }
    if (next === '(') {
      at += 1
      return called(name, items(')'))
    }
    if (CONSTANTS.has(name)) return CONSTANTS.get(name)
    if (names.variables.has(name)) return names.variables.get(name)
    return fault(`${name} is not known here`)
  }

  function called(name: string, given: readonly unknown[]): unknown {
    const [first, second = null] = given
    if (/^((os\.)?environ\.get|(os\.)?getenv)$/.test(name) && given.length > 0) {
      return names.environment[String(first)] ?? second
    }
    if ((name === 'int' || name === 'float') && given.length === 1) {
      const value = Number(first)
      if (String(first).trim() === '' || !Number.isFinite(value)) fault(`${name}() of what is no number`)
      return name === 'int' ? Math.trunc(value) : value
    }
    if (name === 'str' && given.length === 1) return String(first)
    return fault(`${name}() is not called here`)
  }

  const value = sum()
  if (peek() === ',') return [value, ...restOf()]
  if (at < tokens.length) fault(`${peek()} is not read here`)
  return value

  function restOf(): unknown[] {
    const values: unknown[] = []
    while (peek() === ',') {
      at += 1
      if (at < tokens.length) values.push(sum())
    }
    if (at < tokens.length) fault(`${peek()} is not read here`)
    return values
  }
}

function tokensOf(source: string): readonly string[] {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < source.length) {
    const before = TOKEN.lastIndex
    const token = TOKEN.exec(source)?.[1]
    if (token !== undefined) tokens.push(token)
    else if (TOKEN.lastIndex === before) break
  }
  return tokens
}

function literal(token: string): unknown {
  const read = parsePythonLiteral(token)
  if (!read.ok) return fault(`${token.slice(0, 30)} is no literal`)
  return typeof read.value === 'bigint' ? Number(read.value) : read.value
}

function added(a: unknown, b: unknown): unknown {
  if (typeof a === 'string' && typeof b === 'string') return a + b
  if (typeof a === 'number' && typeof b === 'number') return a + b
  if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b]
  return fault('a sum of different kinds')
}

function fault(reason: string): never {
  throw new PythonFault(reason)
}
