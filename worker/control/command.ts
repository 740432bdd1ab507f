/** A remote control command, and the ways in which its arguments can be wrong, in Python's words. */
import { stringRepr } from '../../lib/protocol/exact-repr.ts'
import type { Node } from './node.ts'

export type Arguments = Readonly<Record<string, unknown>>

/** The value that is returned is the reply; `noReply` for commands after which nobody is left to answer. */
export type Command = (node: Node, args: Arguments) => unknown

export const noReply: unique symbol = Symbol('no reply')

/** An error that a Python worker would answer, by the text of its repr. */
export class CommandError extends Error {
  /** `ValueError('Autoscale not enabled')` */
  readonly repr: string

  constructor(repr: string) {
    super(repr)
    this.name = 'CommandError'
    this.repr = repr
  }
}

/** `TypeError("...")`, quoted as Python quotes. */
export function pythonError(type: string, message: string): CommandError {
  return new CommandError(`${type}(${stringRepr(message)})`)
}

/** For commands that take no others: Python refuses them by name. */
export function refuseArguments(command: string, args: Arguments, known: readonly string[] = []): void {
  const name = Object.keys(args).find((given) => !known.includes(given))
  if (name === undefined) return
  throw pythonError('TypeError', `${command}() got an unexpected keyword argument '${name}'`)
}

/** For arguments without a default. */
export function requireArguments(command: string, args: Arguments, names: readonly string[]): void {
  const missing = names.filter((name) => !Object.hasOwn(args, name)).map((name) => `'${name}'`)
  if (missing.length === 0) return
  const last = missing.at(-1) ?? ''
  const listed = missing.length < 3 ? missing.join(' and ') : `${missing.slice(0, -1).join(', ')}, and ${last}`
  const plural = missing.length === 1 ? '' : 's'
  throw pythonError(
    'TypeError',
    `${command}() missing ${missing.length} required positional argument${plural}: ${listed}`,
  )
}

export function requiredText(command: string, args: Arguments, name: string): string {
  requireArguments(command, args, [name])
  const value = args[name]
  if (typeof value === 'string' && value !== '') return value
  throw pythonError('TypeError', `${command}() argument '${name}' must be str`)
}

/** One text or several. */
export function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}

/** The elements of a value that Python would go through: a text has letters, an object has names. */
export function elementsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  if (typeof value === 'string') return [...value]
  if (typeof value === 'object' && value !== null) return Object.keys(value)
  throw pythonError('TypeError', `'${typeName(value)}' object is not iterable`)
}

function typeName(value: unknown): string {
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float'
  return typeof value === 'bigint' ? 'int' : 'NoneType'
}

/** Python's truth: nothing, zero and what is empty are false. */
export function isTruthy(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0
  return Boolean(value)
}

/** `true` and `"true"`, as the command line of Celery sends it. */
export function isTrue(value: unknown): boolean {
  return value === true || value === 1 || (typeof value === 'string' && /^(true|yes|on|1)$/i.test(value))
}
