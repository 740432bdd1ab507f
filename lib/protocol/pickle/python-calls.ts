/**
 * What the calls inside a pickle mean that data needs: sets, bytes, dates, decimals and their kind, from a closed list.
 * Every other call stays what it is, a name with arguments (`PythonObject`); none is ever made.
 */
import { bytesOfLatin1 } from '../byte-reader.ts'
import { decimalOf, Uuid } from '../extended-json.ts'
import { PythonObject } from '../python-object.ts'
import { dateOf, datetimeOf, timeDeltaOf, timeOf } from './python-times.ts'

type Args = readonly unknown[]

/** The value of a call; a dict is a Map until the whole pickle is read. */
export function valueOfCall(name: string, args: Args): unknown {
  return KNOWN.get(name)?.(args) ?? new PythonObject(name, args)
}

/** `__builtin__.set` and `builtins.set` are one, so are the other modules that Python 3 renamed. */
export function globalName(module: string, name: string): string {
  return `${PYTHON_2_MODULES[module] ?? module}.${name}`
}

const PYTHON_2_MODULES: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  __builtin__: 'builtins',
  exceptions: 'builtins',
  copy_reg: 'copyreg',
})

/** Each gives undefined for arguments that it does not know. */
const KNOWN: ReadonlyMap<string, (args: Args) => unknown> = new Map<string, (args: Args) => unknown>([
  ['builtins.set', setOf],
  ['builtins.frozenset', setOf],
  ['builtins.list', listOf],
  ['builtins.tuple', listOf],
  ['builtins.dict', mapOf],
  ['builtins.bytes', bytesOf],
  ['builtins.bytearray', bytesOf],
  ['_codecs.encode', bytesOf],
  ['collections.OrderedDict', mapOf],
  ['collections.Counter', mapOf],
  ['collections.defaultdict', ([, ...rest]) => mapOf(rest)],
  ['collections.deque', ([items = []]) => listOf([items])],
  ['datetime.datetime', datetimeOf],
  ['datetime.date', dateOf],
  ['datetime.time', timeOf],
  ['datetime.timedelta', timeDeltaOf],
  ['decimal.Decimal', ([text]) => (typeof text === 'string' ? decimalOf(text) : undefined)],
  ['uuid.UUID', ([text]) => (typeof text === 'string' && UUID.test(text) ? new Uuid(text) : undefined)],
  // A task in a callback, chain or chord is pickled as signature(its dict).
  ['celery.canvas.signature', ([fields]) => (fields instanceof Map ? fields : undefined)],
  ['copyreg._reconstructor', reconstructed],
  ['copyreg.__newobj__', ([type, ...args]) => (isName(type) ? valueOfCall(type.name, args) : undefined)],
  ['builtins.getattr', attribute],
])

const UUID = /^[\da-f]{8}-?([\da-f]{4}-?){3}[\da-f]{12}$/i

function setOf([items = []]: Args): Set<unknown> | undefined {
  return Array.isArray(items) || items instanceof Set ? new Set(items) : undefined
}

function listOf([items = []]: Args): unknown[] | undefined {
  return Array.isArray(items) || items instanceof Set ? [...items] : undefined
}

function mapOf([entries]: Args): Map<unknown, unknown> | undefined {
  if (entries === undefined) return new Map()
  if (entries instanceof Map) return new Map(entries)
  if (!Array.isArray(entries) || !entries.every(isPair)) return undefined
  return new Map(entries)
}

function isPair(value: unknown): value is [unknown, unknown] {
  return Array.isArray(value) && value.length === 2
}

/** Protocols before 3 have no bytes: they write `_codecs.encode('text', 'latin1')`. */
function bytesOf([value, charset]: Args): Uint8Array | undefined {
  if (value === undefined) return new Uint8Array(0)
  if (value instanceof Uint8Array) return value
  if (typeof value !== 'string' || typeof charset !== 'string' || !/^latin-?1$/.test(charset)) return undefined
  return bytesOfLatin1(value)
}

/** Objects in protocols 0 and 1: `(class, base class, value of the base)`. */
function reconstructed([type, , state]: Args): unknown {
  return isName(type) ? new PythonObject(type.name, state === undefined || state === null ? [] : [state]) : undefined
}

/** `getattr(ZoneInfo, '_unpickle')` is the name `zoneinfo.ZoneInfo._unpickle`, no more. */
function attribute([owner, name]: Args): unknown {
  const composed = isName(owner) && typeof name === 'string' && owner.name.length + name.length < 1000
  return composed ? new PythonObject(`${owner.name}.${name}`, null) : undefined
}

/** True for a class or function as such, that has not been called. */
export function isName(value: unknown): value is PythonObject & { readonly args: null } {
  return value instanceof PythonObject && value.args === null
}
