/** Exceptions as results have them (wire.md E2): names and arguments, as data. Nothing is ever looked up by name. */
import { exactRepr } from './exact-repr.ts'
import { isRecord } from './record.ts'

export interface EncodedException {
  readonly exc_type: string
  /** Arguments of the constructor. */
  readonly exc_message: readonly unknown[]
  readonly exc_module: string
}

const MAX_TEXT = 8192

/** `ValueError('boom')` for a stored exception; null for a value that is none. At most 8 kB. */
export function exceptionText(result: unknown): string | null {
  if (!isRecord(result) || typeof result['exc_type'] !== 'string') return null
  const { exc_type: type, exc_message: message, exc_module: module } = result
  // A class is shown by its bare name, as in Python's repr and so in events. What is no class name says where it is from.
  const prefix = typeof module === 'string' && /^[a-z]/.test(type) ? `${module}.` : ''
  // Old metas have a text instead of the list of arguments.
  const args = Array.isArray(message) ? message : message === undefined || message === null ? [] : [message]
  return `${prefix}${type}(${args.map((one) => exactRepr(one, MAX_TEXT)).join(', ')})`.slice(0, MAX_TEXT)
}

/** Names of exceptions that Python has too: a Python client can then raise its own class. */
const PYTHON_BUILTINS = [
  'TypeError',
  'SyntaxError',
  'ValueError',
  'KeyError',
  'IndexError',
  'RuntimeError',
  'TimeoutError',
]

/**
 * What is stored for something that was thrown. `exc_module` names where a Python reader may find the class; a class it
 * does not have becomes one of `celery.exceptions` there.
 */
export function encodeException(thrown: unknown): EncodedException {
  if (!(thrown instanceof Error)) return { exc_type: 'Error', exc_message: [textOf(thrown)], exc_module: 'javascript' }
  const type = errorName(thrown)
  const module = 'pythonModule' in thrown && typeof thrown.pythonModule === 'string' ? thrown.pythonModule : null
  return {
    exc_type: type,
    exc_message: 'args' in thrown && Array.isArray(thrown.args) ? thrown.args : [thrown.message],
    exc_module: module ?? (PYTHON_BUILTINS.includes(type) ? 'builtins' : 'javascript'),
  }
}

/** Of a class that gives itself no name, its own: `class Refused extends Error {}` is a Refused, as it would be in Python. */
export function errorName(error: Error): string {
  const name = error.name === '' ? 'Error' : error.name
  const isNamed = Object.hasOwn(error, 'name') || Object.hasOwn(Object.getPrototypeOf(error) ?? error, 'name')
  const { constructor: kind } = error
  if (isNamed || typeof kind !== 'function') return name
  // Node's own are all of a class NodeError; names of one or two letters are what a bundler leaves.
  return kind.name === 'NodeError' || kind.name.length < 3 ? name : kind.name
}

function textOf(thrown: unknown): string {
  return typeof thrown === 'string' ? thrown : exactRepr(thrown, MAX_TEXT)
}
