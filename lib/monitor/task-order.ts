/** The orders a task list can have. Everything compared is a number; texts are ranked among those that occur. */
import type { TaskSort, TaskSortKey } from '../live/topic.ts'
import { fold } from './flower-search.ts'
import { columnKey, type KeyForm, madeKey, type RowKey, tableKey } from './row-keys.ts'
import type { TaskColumns } from './task-columns.ts'
import { compareTexts } from './text-ids.ts'
import type { RowSorting } from './top-rows.ts'

/** Flower's orders (flower.md 2.4): rows without a value are the smallest, and equal ones go by id. */
export interface FlowerOrder {
  readonly flower: 'name' | 'state' | 'received' | 'started' | 'timestamp'
  readonly descending: boolean
}

/** `keys` are without those of the id, which decides after them; `compare` is the whole order. */
export type SlotSorting = RowSorting

type Sign = KeyForm['sign']

/** The whole order, keys of the ids included. */
export function slotSorting(columns: TaskColumns, order: TaskSort | FlowerOrder): RowSorting {
  const sign = typeof order !== 'string' && order.descending ? -1 : 1
  const { compare, keys } =
    typeof order === 'string' ? pageSorting(columns, order) : flowerSorting(columns, order.flower, sign)
  return { compare, keys: [...keys, ...idKeys(columns, sign)] }
}

const MOST_ID_CHARACTERS = 255
const CHARACTERS_A_KEY = 3

/** What compareIds compares, as numbers. */
function idKeys({ idKey, rows }: TaskColumns, sign: Sign): readonly RowKey[] {
  const keys = [columnKey(idKey, { sign, absent: 0 })]
  for (let from = 0; from < MOST_ID_CHARACTERS; from += CHARACTERS_A_KEY) {
    keys.push(madeKey((slot) => sign * keyOfUnits(rows[slot]?.uuid ?? '', from)))
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
  const key = descending ? sort.slice(1) : sort
  const sign = descending ? -1 : 1
  const first = keyOf(columns, key as TaskSortKey, { sign, absent: Number.POSITIVE_INFINITY })
  return sortingBy(columns, [first, columnKey(columns.firstSeen, { sign: -1, absent: 0 })], 1)
}

/** Descending (`sign` -1) is the same from the other end. */
export function flowerSorting(columns: TaskColumns, key: FlowerOrder['flower'], sign: Sign): SlotSorting {
  return sortingBy(columns, [keyOf(columns, key, { sign, absent: sign * Number.NEGATIVE_INFINITY })], sign)
}

function sortingBy(columns: TaskColumns, keys: readonly RowKey[], idSign: Sign): SlotSorting {
  const compare = (a: number, b: number) => {
    for (const key of keys) {
      const left = key.of(a)
      const right = key.of(b)
      if (left < right) return -1
      if (left > right) return 1
    }
    return idSign * compareIds(columns, a, b)
  }
  return { compare, keys }
}

function keyOf(columns: TaskColumns, key: TaskSortKey | 'timestamp', form: KeyForm): RowKey {
  switch (key) {
    case 'name':
      return tableKey(columns.name, columns.names.places(fold), form)
    case 'state':
      return tableKey(columns.state, columns.states.places(fold), form)
    case 'worker':
      return tableKey(columns.worker, columns.workers.places(fold), form)
    case 'queue':
      return tableKey(columns.queue, columns.queues.places(fold), form)
    default:
      return columnKey(columns[key], form)
  }
}

export function compareIds({ idKey, rows }: TaskColumns, a: number, b: number): number {
  const difference = (idKey[a] ?? 0) - (idKey[b] ?? 0)
  return difference === 0 ? compareTexts(rows[a]?.uuid ?? '', rows[b]?.uuid ?? '') : difference
}
