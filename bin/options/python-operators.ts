/** What the operators of Python make of two values. */
import { isIn, textOf } from './python-calls.ts'
import { fault } from './python-tokens.ts'

/** Throws PythonFault, as `calculated` does, for what the sign does not join in Python. */
export function compared(sign: string, a: unknown, b: unknown): boolean {
  if (sign === '==' || sign === 'is') return a === b
  if (sign === '!=') return a !== b
  if (sign === 'in') return isIn(a, b)
  const isKind = (typeof a === 'number' && typeof b === 'number') || (typeof a === 'string' && typeof b === 'string')
  if (!isKind) return fault(`${sign} of different kinds`)
  if (sign === '<') return a < b
  if (sign === '>') return a > b
  return sign === '<=' ? a <= b : a >= b
}

export function calculated(sign: string, a: unknown, b: unknown): unknown {
  if (typeof a === 'number' && typeof b === 'number') return reckoned(sign, a, b)
  if (sign === '+' && typeof a === 'string' && typeof b === 'string') return a + b
  if (sign === '+' && Array.isArray(a) && Array.isArray(b)) return [...a, ...b]
  if (sign === '%' && typeof a === 'string') return printed(a, Array.isArray(b) ? b : [b])
  return fault(`${sign} of different kinds`)
}

function reckoned(sign: string, a: number, b: number): number {
  if (b === 0 && ['/', '//', '%'].includes(sign)) return fault('a division by zero')
  if (sign === '+') return a + b
  if (sign === '-') return a - b
  if (sign === '*') return a * b
  if (sign === '/') return a / b
  if (sign === '**') return a ** b
  const whole = Math.floor(a / b)
  return sign === '//' ? whole : a - whole * b
}

/** `'%s:%s' % (user, password)`. */
function printed(text: string, values: readonly unknown[]): string {
  let next = 0
  return text.replace(/%(.)/gs, (_, kind: string) => {
    if (kind === '%') return '%'
    return kind === 's' || kind === 'd' ? textOf(values[next++]) : fault(`%${kind} is not read here`)
  })
}
