/**
 * The expressions that stand behind `name =` in a flowerconfig.py: literals, names that were set before, operators, the
 * environment, and a few calls (python-calls.ts). Read, never run.
 */
import { at, callFunction, callMethod, isTrue, textOf } from './python-calls.ts'
import { calculated, compared } from './python-operators.ts'
import { fault, isText, literalOf, tokensOf } from './python-tokens.ts'

export interface PythonNames {
  readonly variables: ReadonlyMap<string, unknown>
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Worked out when it is known that it counts: `a if b else c`, `a or b`. */
type Later = () => unknown

const CONSTANTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['True', true],
  ['False', false],
  ['None', null],
])
const DEEPEST = 50
/** Operators before one another go as deep as they are many. */
const TOKENS_MOST = 5_000
const COMPARISONS = new Set(['==', '!=', '<', '>', '<=', '>=', 'in', 'is', 'not'])

/** The value of an expression. Throws PythonFault for what takes Python to know. */
export function pythonValue(source: string, names: PythonNames): unknown {
  const tokens = tokensOf(source)
  if (tokens.length > TOKENS_MOST) fault('it is too long')
  let place = 0
  let depth = 0

  const peek = () => tokens[place]
  const take = (): string => tokens[place++] ?? fault('it ends too early')
  const takes = (sign: string): boolean => {
    if (peek() !== sign) return false
    place += 1
    return true
  }
  const need = (sign: string) => {
    if (!takes(sign)) fault(`${sign} is missing`)
  }

  function choice(): Later {
    if (++depth > DEEPEST) fault('it is nested too deep')
    const value = either()
    depth -= 1
    if (!takes('if')) return value
    const condition = either()
    need('else')
    const other = choice()
    return () => (isTrue(condition()) ? value() : other())
  }

  function either(): Later {
    const left = both()
    if (!takes('or')) return left
    const right = either()
    return () => {
      const value = left()
      return isTrue(value) ? value : right()
    }
  }

  function both(): Later {
    const left = negation()
    if (!takes('and')) return left
    const right = both()
    return () => {
      const value = left()
      return isTrue(value) ? right() : value
    }
  }

  function negation(): Later {
    if (!takes('not')) return comparison()
    const value = negation()
    return () => !isTrue(value())
  }

  function comparison(): Later {
    const left = sum()
    const sign = peek() ?? ''
    if (!COMPARISONS.has(sign)) return left
    place += 1
    const isNot = (sign === 'not' && take() === 'in') || (sign === 'is' && takes('not'))
    const right = sum()
    const kind = sign === 'not' ? 'in' : sign
    return () => compared(kind, left(), right()) !== isNot
  }

  function sum(): Later {
    let value = product()
    for (let sign = peek(); sign === '+' || sign === '-'; sign = peek()) {
      const [before, which] = [value, take()]
      const next = product()
      value = () => calculated(which, before(), next())
    }
    return value
  }

  function product(): Later {
    let value = factor()
    for (let sign = peek() ?? ''; ['*', '/', '//', '%'].includes(sign); sign = peek() ?? '') {
      const [before, which] = [value, take()]
      const next = factor()
      value = () => calculated(which, before(), next())
    }
    return value
  }

  function factor(): Later {
    const sign = peek()
    if (sign === '-' || sign === '+') {
      place += 1
      const value = factor()
      return () => calculated(sign, 0, value())
    }
    const base = parts(atom())
    if (!takes('**')) return base
    const power = factor()
    return () => calculated('**', base(), power())
  }

  /** `value[0]`, `value['key']`, `value.method(…)`. */
  function parts(first: Later): Later {
    let value = first
    for (;;) {
      const of = value
      if (takes('[')) {
        const index = choice()
        need(']')
        value = () => at(of(), index()) ?? fault(`there is no ${textOf(index())}`)
      } else if (takes('.')) {
        const name = take()
        need('(')
        const given = items(')')
        value = () =>
          callMethod(
            of(),
            name,
            given.map((each) => each()),
          )
      } else {
        return value
      }
    }
  }

  function atom(): Later {
    const token = take()
    if (token === '(') return parenthesised()
    if (token === '[') return listed(items(']'))
    if (token === '{') return mapping()
    if (isText(token)) return text(token)
    if (/^[.\d]/.test(token)) return constant(literalOf(token, textOf))
    return named(token)
  }

  function text(first: string): Later {
    const tokens = [first]
    while (isText(peek())) tokens.push(take())
    const fill = (expression: string) => textOf(pythonValue(expression, names))
    return () => tokens.map((token) => literalOf(token, fill)).reduce((a, b) => calculated('+', a, b))
  }

  function items(end: string): Later[] {
    const values: Later[] = []
    while (peek() !== end) {
      values.push(choice())
      if (peek() !== end) need(',')
    }
    place += 1
    return values
  }

  function parenthesised(): Later {
    if (takes(')')) return constant([])
    const first = choice()
    if (takes(')')) return first
    need(',')
    return listed([first, ...items(')')])
  }

  function mapping(): Later {
    const entries: (readonly [Later, Later])[] = []
    while (!takes('}')) {
      const key = choice()
      need(':')
      entries.push([key, choice()])
      if (peek() !== '}') need(',')
    }
    return () => Object.fromEntries(entries.map(([key, value]) => [keyOf(key()), value()]))
  }

  /** A constant, a variable, the environment, or a function with its module. */
  function named(first: string): Later {
    if (!/^[A-Za-z_]/.test(first)) return fault(`${first} is not read here`)
    if (CONSTANTS.has(first)) return constant(CONSTANTS.get(first))
    if (names.variables.has(first)) return constant(names.variables.get(first))
    let name = first
    while (!/^(os\.)?environ$/.test(name) && takes('.')) name += `.${take()}`
    if (/^(os\.)?environ$/.test(name)) return constant(names.environment)
    if (!takes('(')) return () => fault(`${name} is not known here`)
    const given = items(')')
    return () => {
      const values = given.map((each) => each())
      if (/^(os\.)?getenv$/.test(name)) return callMethod(names.environment, 'get', values)
      return callFunction(name, values)
    }
  }

  const first = choice()
  if (peek() !== ',') return ended(first)()
  const all = [first]
  while (takes(',')) if (place < tokens.length) all.push(choice())
  return ended(listed(all))()

  function ended(value: Later): Later {
    return place < tokens.length ? fault(`${peek()} is not read here`) : value
  }
}

function constant(value: unknown): Later {
  return () => value
}

function listed(items: readonly Later[]): Later {
  return () => items.map((item) => item())
}

function keyOf(key: unknown): string {
  return typeof key === 'string' ? key : fault('a key that is no text')
}
