/** The orders a task list can have. Everything compared is a number; texts are ranked among those that occur. */
import type { TaskSort, TaskSortKey } from '../live/topic.ts'
import { fold } from './flower-search.ts'
import type { TaskColumns } from './task-columns.ts'
import { compareTexts } from './text-ids.ts'
import type { CompareRows } from './top-rows.ts'

/** Flower's orders (flower.md 2.4): rows without a value are the smallest, and equal ones go by id. */
export interface FlowerOrder {
  readonly flower: 'name' | 'state' | 'received' | 'started' | 'timestamp'
  readonly descending: boolean
}

/** Compares slots. */
export function slotComparison(columns: TaskColumns, order: TaskSort | FlowerOrder): CompareRows {
  return typeof order === 'string' ? pageComparison(columns, order) : flowerComparison(columns, order)
}

type KeyOf = (slot: number) => number

/** Rows without a value come last, whichever way. Of equal ones the newest comes first. */
function pageComparison(columns: TaskColumns, sort: TaskSort): CompareRows {
  const sign = sort.startsWith('-') ? -1 : 1
  // A TaskSort is a key, with a minus or without.
  const keyOf = keyReader(columns, (sign < 0 ? sort.slice(1) : sort) as TaskSortKey)
  const { firstSeen } = columns
  return (a, b) => {
    const left = keyOf(a)
    const right = keyOf(b)
    if (left < right) return -sign
    if (left > right) return sign
    if (left !== right) {
      // At least one is NaN.
      if (!Number.isNaN(left)) return -1
      if (!Number.isNaN(right)) return 1
    }
    const newer = (firstSeen[b] ?? 0) - (firstSeen[a] ?? 0)
    return newer === 0 ? compareIds(columns, a, b) : newer
  }
}

function flowerComparison(columns: TaskColumns, { flower, descending }: FlowerOrder): CompareRows {
  const keyOf = keyReader(columns, flower)
  const sign = descending ? -1 : 1
  return (a, b) => {
    const left = keyOf(a)
    const right = keyOf(b)
    if (left < right) return -sign
    if (left > right) return sign
    if (left !== right) {
      if (!Number.isNaN(left)) return sign
      if (!Number.isNaN(right)) return -sign
    }
    return sign * compareIds(columns, a, b)
  }
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

function compareIds({ idKey, rows }: TaskColumns, a: number, b: number): number {
  const difference = (idKey[a] ?? 0) - (idKey[b] ?? 0)
  return difference === 0 ? compareTexts(rows[a]?.uuid ?? '', rows[b]?.uuid ?? '') : difference
}
