/** The fields of an event that belong to no record: progress and whatever else an application sends. */
import { define } from '../live/changes.ts'

/** In every event, or kept elsewhere. */
const COMMON: ReadonlySet<string> = new Set([
  'hostname',
  'utcoffset',
  'pid',
  'clock',
  'uuid',
  'timestamp',
  'type',
  'local_received',
])
const MAX_FIELDS = 32

type Extra = Readonly<Record<string, unknown>>

/** The fields known before, under those of `fields`. What would make them larger than allowed is left out. */
export function mergeExtra(before: Extra | null, fields: Extra, maxBytes: number): Extra | null {
  const merged: Record<string, unknown> = {}
  let bytes = 0
  let count = 0
  for (const source of before === null ? [fields] : [fields, before]) {
    for (const name of Object.keys(source)) {
      if (COMMON.has(name) || Object.hasOwn(merged, name)) continue
      const value = source[name]
      const size = name.length + sizeOf(value)
      if (bytes + size > maxBytes || count >= MAX_FIELDS) continue
      define(merged, name, typeof value === 'bigint' ? value.toString() : value)
      bytes += size
      count++
    }
  }
  return count === 0 ? before : merged
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length
  if (value === null || typeof value !== 'object') return 8
  try {
    return JSON.stringify(value)?.length ?? 0
  } catch {
    return Number.POSITIVE_INFINITY // a bigint inside: JSON has no word for it
  }
}
