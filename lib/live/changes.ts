/**
 * How a live view changes: the difference of two views as data, and its application.
 *
 * A view is plain JSON. Objects differ key by key. An array whose items all have a string `id` (or, failing that,
 * `name`) is a keyed list: rows are changed in place and the order is sent only when it moved. Any other array, and
 * any scalar, is replaced whole. For all views a, b: `apply(a, diff(a, b))` equals b, and every part of it that did
 * not change is the same object as in a, so that only what changed is drawn again.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

export type Change =
  | { readonly op: 'set'; readonly value: Json }
  | { readonly op: 'object'; readonly keys: { readonly [key: string]: Change }; readonly gone?: readonly string[] }
  | {
      readonly op: 'list'
      readonly key: RowKey
      /** Rows that are new, whole. */
      readonly added?: readonly Row[]
      readonly changed?: { readonly [id: string]: Change }
      /** All ids in their new order; left out when the order follows from the old one by taking away `gone`. */
      readonly order?: readonly string[]
      readonly gone?: readonly string[]
    }
  /** Points of a time line: the oldest `drop` and the newest `cut` go, `add` come at the end. */
  | { readonly op: 'slide'; readonly drop: number; readonly cut?: number; readonly add: readonly Json[] }

type RowKey = 'id' | 'name'
type JsonObject = { readonly [key: string]: Json }
type Row = JsonObject

/** What turns `before` into `after`, or null when they are equal. Parts that are the same object are not looked into. */
export function diff(before: Json, after: Json): Change | null {
  if (before === after) return null
  if (isArray(before) && isArray(after)) return diffArrays(before, after)
  if (isObject(before) && isObject(after)) return diffObjects(before, after)
  return Object.is(before, after) ? null : { op: 'set', value: after }
}

function diffObjects(before: JsonObject, after: JsonObject): Change | null {
  const keys: Record<string, Change> = {}
  const gone: string[] = []
  let changed = false
  for (const key of Object.keys(after)) {
    const next = after[key] as Json // present: it is one of its keys
    const change = Object.hasOwn(before, key) ? diff(before[key] as Json, next) : ({ op: 'set', value: next } as const)
    if (change === null) continue
    define(keys, key, change)
    changed = true
  }
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) gone.push(key)
  if (!changed && gone.length === 0) return null
  return gone.length === 0 ? { op: 'object', keys } : { op: 'object', keys, gone }
}

function diffArrays(before: readonly Json[], after: readonly Json[]): Change | null {
  const steady = steadyKey(before, after)
  if (steady !== null) return diffSteadyRows(steady, before as readonly Row[], after as readonly Row[])
  const key = rowKey(before, after)
  if (key !== null) {
    knownKeys.set(before, key)
    const diffKeyed = steadyKey(before, after) === key ? diffSteadyRows : diffRows
    return diffKeyed(key, before as readonly Row[], after as readonly Row[])
  }
  if (before.length === after.length && before.every((item, i) => diff(item, after[i] as Json) === null)) return null
  return slide(before, after) ?? { op: 'set', value: after }
}

/** Finds "the oldest n fell out, the newest one changed, some came": what a time line does at each step. */
function slide(before: readonly Json[], after: readonly Json[]): Change | null {
  const first = after[0]
  if (first === undefined) return null
  const drop = before.findIndex((item) => diff(item, first) === null)
  if (drop < 0) return null
  let same = 1
  const most = Math.min(before.length - drop, after.length)
  while (same < most && diff(before[drop + same] as Json, after[same] as Json) === null) same++
  if (same * 2 < after.length) return null
  const cut = before.length - drop - same
  return { op: 'slide', drop, ...(cut > 0 && { cut }), add: after.slice(same) }
}

/** Lists whose rows were found to have keys: thousands of them are not to be compared at each step. */
const knownKeys = new WeakMap<readonly Json[], RowKey>()

/** The field that names the rows, when both arrays have the same ones in the same order; null when that must be found out. */
function steadyKey(before: readonly Json[], after: readonly Json[]): RowKey | null {
  const key = knownKeys.get(before)
  if (key === undefined || before.length !== after.length) return null
  for (let i = 0; i < before.length; i++) {
    const was = before[i]
    const row = after[i]
    if (was === row) continue
    if (!isObject(was) || !isObject(row) || !Object.hasOwn(row, key) || was[key] !== row[key]) return null
  }
  return key
}

function diffSteadyRows(key: RowKey, before: readonly Row[], after: readonly Row[]): Change | null {
  knownKeys.set(after, key)
  const changed: Record<string, Change> = {}
  let anyChanged = false
  for (let i = 0; i < before.length; i++) {
    const change = before[i] === after[i] ? null : diff(before[i] as Row, after[i] as Row) // both are as long
    if (change === null) continue
    define(changed, (after[i] as Row)[key] as string, change)
    anyChanged = true
  }
  return anyChanged ? { op: 'list', key, changed } : null
}

function diffRows(key: RowKey, before: readonly Row[], after: readonly Row[]): Change | null {
  const old = new Map(before.map((row) => [row[key] as string, row]))
  const added: Row[] = []
  const changed: Record<string, Change> = {}
  const present = new Set<string>()
  let anyChanged = false
  for (const row of after) {
    const id = row[key] as string
    present.add(id)
    const was = old.get(id)
    if (was === undefined) {
      added.push(row)
      continue
    }
    const change = diff(was, row)
    if (change === null) continue
    define(changed, id, change)
    anyChanged = true
  }
  const gone = before.map((row) => row[key] as string).filter((id) => !present.has(id))
  const kept = before.filter((row) => present.has(row[key] as string))
  const moved = added.length > 0 || kept.some((row, i) => row[key] !== after[i]?.[key])
  if (!anyChanged && !moved && gone.length === 0) return null
  return {
    op: 'list',
    key,
    ...(added.length > 0 && { added }),
    ...(anyChanged && { changed }),
    ...(moved && { order: after.map((row) => row[key] as string) }),
    ...(gone.length > 0 && { gone }),
  }
}

/** The field that names the rows of both arrays, when every row has it and no two rows of one array share it. */
function rowKey(before: readonly Json[], after: readonly Json[]): RowKey | null {
  if (before.length === 0 || after.length === 0) return null
  for (const key of ['id', 'name'] as const) {
    if (!isKeyed(before, key) || !isKeyed(after, key)) continue
    knownKeys.set(after, key)
    return key
  }
  return null
}

function isKeyed(rows: readonly Json[], key: RowKey): boolean {
  const seen = new Set<string>()
  for (const row of rows) {
    if (!isObject(row)) return false
    const id = Object.hasOwn(row, key) ? row[key] : undefined
    if (typeof id !== 'string' || seen.has(id)) return false
    seen.add(id)
  }
  return true
}

export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Sets an own key, whatever its name: names come from task messages, and `__proto__` is a name too. */
export function define<T>(target: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true })
  else target[key] = value
}
