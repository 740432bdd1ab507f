/** The orders a task list can have. Everything compared is a number; texts are ranked among those that occur. */
import type { TaskSort, TaskSortKey } from '../live/topic.ts'
import { fold } from './flower-search.ts'
import type { TaskColumns } from './task-columns.ts'
import { compareTexts } from './text-ids.ts'
import type { RowSorting } from './top-rows.ts'

/** Flower's orders (flower.md 2.4): rows without a value are the smallest, and equal ones go by id. */
export interface FlowerOrder {
  readonly flower: 'name' | 'state' | 'received' | 'started' | 'timestamp'
  readonly descending: boolean
}

type KeyOf = (slot: number) => number
type CompareRows = RowSorting['compare']

/** An order of slots, in two forms. */
export interface SlotSorting {
  readonly compare: CompareRows
  /** What is compared, the least important first; smallest first. After all of them the id decides. */
  readonly keys: readonly KeyOf[]
}

/** The whole order, ids included, whichever way it goes. */
export function slotSorting(columns: TaskColumns, order: TaskSort | FlowerOrder): RowSorting {
  const isReversed = typeof order !== 'string' && order.descending
  const { compare, keys } =
    typeof order === 'string' ? pageSorting(columns, order) : flowerSorting(columns, order.flower)
  const all = [...keys.toReversed(), ...idKeys(columns)]
  if (!isReversed) return { compare, keys: all }
  return { compare: (a, b) => compare(b, a), keys: all.map((key) => (slot) => -key(slot)) }
}

const MOST_ID_CHARACTERS = 255
const CHARACTERS_A_KEY = 3

/** What compareIds compares, as numbers. */
function idKeys({ idKey, rows }: TaskColumns): readonly KeyOf[] {
  const keys: KeyOf[] = [(slot) => idKey[slot] ?? 0]
  for (let from = 0; from < MOST_ID_CHARACTERS; from += CHARACTERS_A_KEY) {
    keys.push((slot) => keyOfUnits(rows[slot]?.uuid ?? '', from))
  }
  return keys
}

/** One more than each code unit, so that an end comes before all of them. */
function keyOfUnits(text: string, from: number): number {
  let key = 0
  for (let i = from; i < from + CHARACTERS_A_KEY; i++) {
    key = key * 65_537 + (i < text.length ? text.charCodeAt(i) + 1 : 0)
  }
  return key
}

/** Rows without a value come last, whichever way. Of equal ones the newest comes first. */
export function pageSorting(columns: TaskColumns, sort: TaskSort): SlotSorting {
  const descending = sort.startsWith('-')
  // A TaskSort is a key, with a minus or without.
  const keyOf = keyReader(columns, (descending ? sort.slice(1) : sort) as TaskSortKey)
  const { firstSeen } = columns
  const ranked: KeyOf = (slot) => {
    const key = keyOf(slot)
    if (Number.isNaN(key)) return Number.POSITIVE_INFINITY
    return descending ? -key : key
  }
  return sortingBy(columns, [(slot) => -(firstSeen[slot] ?? 0), ranked])
}

/** Ascending; descending is the same from the other end. */
export function flowerSorting(columns: TaskColumns, key: FlowerOrder['flower']): SlotSorting {
  const keyOf = keyReader(columns, key)
  const ranked: KeyOf = (slot) => {
    const value = keyOf(slot)
    return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value
  }
  return sortingBy(columns, [ranked])
}

function sortingBy(columns: TaskColumns, keys: readonly KeyOf[]): SlotSorting {
  const important = keys.toReversed()
  const compare: CompareRows = (a, b) => {
    for (const key of important) {
      const left = key(a)
      const right = key(b)
      if (left < right) return -1
      if (left > right) return 1
    }
    return compareIds(columns, a, b)
  }
  return { compare, keys }
}

function keyReader(columns: TaskColumns, key: TaskSortKey | 'timestamp'): KeyOf {
  switch (key) {
    case 'name':
      return placeReader(columns.name, columns.names.places(fold))
    case 'state':
      return placeReader(columns.state, columns.states.places(fold))
    case 'worker':
      return placeReader(columns.worker, columns.workers.places(fold))
    case 'queue':
      return placeReader(columns.queue, columns.queues.places(fold))
    default: {
      const column = columns[key]
      return (slot) => column[slot] ?? Number.NaN
    }
  }
}

function placeReader(ids: Int32Array, places: Float64Array): KeyOf {
  return (slot) => places[ids[slot] ?? 0] ?? Number.NaN
}

export function compareIds({ idKey, rows }: TaskColumns, a: number, b: number): number {
  const difference = (idKey[a] ?? 0) - (idKey[b] ?? 0)
  return difference === 0 ? compareTexts(rows[a]?.uuid ?? '', rows[b]?.uuid ?? '') : difference
}
