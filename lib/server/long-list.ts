/** A view with a list so long that it is sent in parts: written in one piece, thousands of rows stall the event loop. */
import { isArray, isObject, type Json } from '../live/changes.ts'

/** Shorter lists go with their snapshot. */
const LONG_ITEMS = 1_000
/** Written in a few milliseconds. */
const PART_ITEMS = 200

export interface LongList {
  /** The view without the items of `list`. */
  readonly view: Json
  readonly list: string
  readonly items: readonly Json[]
  readonly parts: number
}

/** Where the items of a part begin and end. */
export function partBounds(part: number): { readonly from: number; readonly to: number } {
  return { from: part * PART_ITEMS, to: (part + 1) * PART_ITEMS }
}

/** Its longest list, when that is long; else null. */
export function longListOf(view: Json): LongList | null {
  if (!isObject(view)) return null
  let found: { readonly list: string; readonly items: readonly Json[] } | null = null
  for (const list of Object.keys(view)) {
    const items = view[list]
    if (isArray(items) && items.length > Math.max(LONG_ITEMS, found?.items.length ?? 0)) found = { list, items }
  }
  if (found === null) return null
  const { list, items } = found
  return { view: { ...view, [list]: [] }, list, items, parts: Math.ceil(items.length / PART_ITEMS) }
}
