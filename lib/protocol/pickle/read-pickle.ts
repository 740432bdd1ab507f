/**
 * Reads Python's pickles, protocols 0 to 5, into plain data. A pickle is a program; here nothing of it runs: what it
 * would import or call is kept as a name with arguments (`PythonObject`), and a closed list of names (sets, bytes,
 * dates, decimals) is turned into values of ours. Time and memory are bounded by the length of the pickle.
 */
import { assertBounded } from '../bounded-value.ts'
import { byteReader } from '../byte-reader.ts'
import { Uuid } from '../extended-json.ts'
import { PythonObject } from '../python-object.ts'
import { setField } from '../record.ts'
import { createMachine, top } from './machine.ts'
import { OPERATIONS } from './operations.ts'

/**
 * | Python                             | here                                                       |
 * |------------------------------------|------------------------------------------------------------|
 * | dict                               | object; a Map when a key is no string                      |
 * | list, tuple, deque                 | array                                                      |
 * | set, frozenset                     | Set                                                        |
 * | bytes, bytearray                   | Uint8Array                                                 |
 * | int                                | number, beyond 2^53 bigint                                 |
 * | datetime, date, time, timedelta    | Date, PlainDate, PlainTime, TimeDelta                      |
 * | Decimal, UUID                      | Decimal, Uuid                                              |
 * | a task signature                   | its object                                                 |
 * | everything else, also exceptions   | PythonObject                                               |
 *
 * Throws SyntaxError for what is no pickle, and for one that is too deep, too large or holds itself.
 */
export function readPickle(bytes: Uint8Array, options: { readonly exactFloats?: boolean } = {}): unknown {
  const machine = createMachine(byteReader(bytes), options.exactFloats ?? false)
  while (!machine.done) {
    const code = machine.reader.u8()
    const operation = OPERATIONS[code]
    if (operation === undefined) throw new SyntaxError(`unknown operation ${code} at ${machine.reader.at - 1}`)
    operation(machine)
  }
  const value = top(machine)
  assertBounded(value, bytes.length)
  return plain(value, new Map())
}

/** Dicts as objects, UUIDs as Uuid. Shared parts stay shared. */
function plain(value: unknown, known: Map<object, unknown>): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  if (known.has(value)) return known.get(value)
  const made = plainContainer(value, known)
  known.set(value, made)
  return made
}

function plainContainer(value: object, known: Map<object, unknown>): unknown {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) value[index] = plain(value[index], known)
    return value
  }
  if (value instanceof Map) return plainDict(value, known)
  if (value instanceof Set) return new Set([...value].map((item) => plain(item, known)))
  if (value instanceof PythonObject) return plainObject(value, known)
  return value
}

function plainDict(dict: ReadonlyMap<unknown, unknown>, known: Map<object, unknown>): unknown {
  const entries = [...dict].map(([key, item]) => [plain(key, known), plain(item, known)] as const)
  if (!entries.every(([key]) => typeof key === 'string')) return new Map(entries)
  const record: Record<string, unknown> = {}
  for (const [key, item] of entries) setField(record, String(key), item)
  return record
}

function plainObject(object: PythonObject, known: Map<object, unknown>): unknown {
  const { state } = object
  if (object.name === 'uuid.UUID' && state instanceof Map) {
    const number: unknown = state.get('int')
    if (typeof number === 'number' || typeof number === 'bigint') return uuidOf(BigInt(number)) ?? object
  }
  const made = new PythonObject(object.name, object.args === null ? null : object.args.map((arg) => plain(arg, known)))
  made.state = plain(state, known)
  for (const item of object.items) made.items.push(plain(item, known))
  for (const [key, item] of object.entries) made.entries.set(plain(key, known), plain(item, known))
  return made
}

function uuidOf(number: bigint): Uuid | null {
  return number >= 0n && number < 1n << 128n ? new Uuid(number.toString(16).padStart(32, '0')) : null
}
