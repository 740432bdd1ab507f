/** What all serializers but JSON's agree on about values to be sent: what is left out, what stands for what. */
import { unsendable } from './extended-json.ts'
import { MAX_JSON_DEPTH } from './json.ts'
import { PythonObject } from './python-object.ts'
import { isRecord } from './record.ts'

/** Entries of what is written as a dict; null for all other values. Fields without a value are left out, as in JSON. */
export function dictEntries(value: object): readonly (readonly [unknown, unknown])[] | null {
  if (value instanceof Map) return [...value]
  if (!isRecord(value)) return null
  return Object.entries(value).filter(([, field]) => hasForm(field))
}

/** What a value that is no plain data is sent as: the answer of its toJSON, else its fields. Throws `message/invalid`. */
export function sentForm(value: object): unknown {
  if (value instanceof PythonObject) throw unsendable(`an object of Python's ${value.name}`)
  if ('toJSON' in value && typeof value.toJSON === 'function') return value.toJSON()
  return { ...value }
}

export function hasToJson(value: object): boolean {
  return 'toJSON' in value && typeof value.toJSON === 'function'
}

/** Throws `message/invalid`. */
export function checkDepth(depth: number): void {
  if (depth > MAX_JSON_DEPTH) throw unsendable(`a value nested deeper than ${MAX_JSON_DEPTH}, or in a circle`)
}

function hasForm(value: unknown): boolean {
  return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol'
}
