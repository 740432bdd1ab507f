/** Applies a change to a view; the other half of `changes.ts`. What did not change stays the same object. */
import { type Change, define, isArray, isObject, type Json } from './changes.ts'

/** Throws a RangeError when the change was not made for this view: the caller then asks for a snapshot. */
export function apply(view: Json, change: Change): Json {
  switch (change.op) {
    case 'set':
      return change.value
    case 'object':
      return applyObject(view, change)
    case 'list':
      return applyRows(view, change)
    case 'slide':
      if (!isArray(view)) throw new RangeError('slide: the view is not a list')
      return [...view.slice(change.drop, view.length - (change.cut ?? 0)), ...change.add]
  }
}

function applyObject(view: Json, change: Extract<Change, { op: 'object' }>): Json {
  if (!isObject(view)) throw new RangeError('object: the view is not an object')
  const next: Record<string, Json> = { ...view }
  for (const key of change.gone ?? []) delete next[key]
  for (const key of Object.keys(change.keys)) {
    const inner = change.keys[key] as Change // present: it is one of its keys
    if (inner.op === 'set') define(next, key, inner.value)
    else define(next, key, apply(own(view, key), inner))
  }
  return next
}

function applyRows(view: Json, change: Extract<Change, { op: 'list' }>): Json {
  if (!isArray(view)) throw new RangeError('list: the view is not a list')
  const rows = new Map<string, Json>()
  for (const row of view) rows.set(String(own(row, change.key)), row)
  for (const id of change.gone ?? []) rows.delete(id)
  for (const row of change.added ?? []) rows.set(String(own(row, change.key)), row)
  for (const [id, inner] of Object.entries(change.changed ?? {})) {
    const row = rows.get(id)
    if (row === undefined) throw new RangeError(`list: no row ${id}`)
    rows.set(id, apply(row, inner))
  }
  if (change.order === undefined) return [...rows.values()]
  return change.order.map((id) => {
    const row = rows.get(id)
    if (row === undefined) throw new RangeError(`list: no row ${id}`)
    return row
  })
}

function own(value: Json, key: string): Json {
  const found = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
  if (found === undefined) throw new RangeError(`no key ${key}`)
  return found
}
