/**
 * All tasks in the orders in which people look at them. An order is made when somebody asks for it, and then kept by
 * moving only the rows that changed since; one that nobody asked for in a while is forgotten.
 */
import type { TaskSort } from '../live/topic.ts'
import { runAtOnce, type Steps } from './block-tests.ts'
import { sortByNumber } from './radix-sort.ts'
import { ID_KEY_CHARACTERS, keyOfId, type TaskColumns } from './task-columns.ts'
import { compareIds, type FlowerOrder, flowerSorting, pageSorting, type SlotSorting } from './task-order.ts'

export interface TaskOrders {
  /** Makes an order in steps, so that sorting anew holds up nobody; `sorted` is short afterwards. */
  prepare(columns: TaskColumns, order: TaskSort | FlowerOrder): Steps
  /** Rows in use, in this order. Valid until the next call; not to be changed. */
  sorted(columns: TaskColumns, order: TaskSort | FlowerOrder): OrderedRows
  /** Forgets all orders that nobody asked for since `sinceMs`. */
  release(sinceMs: number): void
}

export interface OrderedRows {
  readonly rows: Int32Array
  /** To be read from the end. */
  readonly isReversed: boolean
}

interface Kept {
  /** The last change that it knows. */
  change: number
  rows: Int32Array
  /** Where the next rows are put: half a MB for each search would be most of its garbage. */
  spare: Int32Array
  usedMs: number
}

const NO_ROWS = new Int32Array(0)
const MOST_KEPT = 6
/** Beyond this share of the rows sorting anew is cheaper than moving what changed. */
const MOST_MOVED = 1 / 16

export function createTaskOrders(nowMs: () => number): TaskOrders {
  /** Most recently used last. */
  const orders = new Map<string, Kept>()

  function keptFor(order: TaskSort | FlowerOrder): Kept {
    const name = typeof order === 'string' ? `page ${order}` : `flower ${order.flower}`
    const kept = orders.get(name) ?? { change: -1, rows: NO_ROWS, spare: NO_ROWS, usedMs: 0 }
    orders.delete(name)
    orders.set(name, kept)
    for (const oldest of orders.size > MOST_KEPT ? orders.keys() : []) {
      orders.delete(oldest)
      break
    }
    kept.usedMs = nowMs()
    return kept
  }

  function* refresh(kept: Kept, columns: TaskColumns, order: TaskSort | FlowerOrder): Steps {
    if (kept.change === columns.lastChange) return
    const sorting = typeof order === 'string' ? pageSorting(columns, order) : flowerSorting(columns, order.flower, 1)
    const most = Math.floor(columns.end * MOST_MOVED)
    const changed = kept.change < 0 ? null : changedRows(columns, kept.change, most)
    // What changes while it is sorted is moved the next time.
    const change = columns.lastChange
    if (changed === null) kept.rows = yield* sortAnew(columns, sorting)
    else {
      const before = kept.rows
      const needed = before.length + changed.length
      const into = kept.spare.length >= needed ? kept.spare : new Int32Array(needed + most)
      kept.rows = merged(before, changed.sort(sorting.compare), kept.change, columns, sorting, into)
      kept.spare = new Int32Array(before.buffer)
    }
    kept.change = change
  }

  return {
    *prepare(columns, order) {
      yield* refresh(keptFor(order), columns, order)
    },
    sorted(columns, order) {
      const kept = keptFor(order)
      runAtOnce(refresh(kept, columns, order))
      return { rows: kept.rows, isReversed: typeof order !== 'string' && order.descending }
    },
    release(sinceMs) {
      for (const [name, { usedMs }] of orders) if (usedMs < sinceMs) orders.delete(name)
    },
  }
}

/** Rows in use that changed since, or null when there are more than `most`. */
function changedRows({ end, changes, rows }: TaskColumns, since: number, most: number): number[] | null {
  const changed: number[] = []
  for (let slot = 0; slot < end; slot++) {
    if ((changes[slot] ?? 0) <= since || rows[slot] === undefined) continue
    if (changed.length >= most) return null
    changed.push(slot)
  }
  return changed
}

/** What did not change keeps its order; each changed row is put into its place among these. `rows` has room for all. */
function merged(
  before: Int32Array,
  changed: readonly number[],
  since: number,
  { changes }: TaskColumns,
  { compare }: SlotSorting,
  rows: Int32Array,
): Int32Array {
  let kept = 0
  for (let i = 0; i < before.length; i++) {
    const slot = before[i] ?? 0
    if ((changes[slot] ?? 0) <= since) rows[kept++] = slot
  }
  let to = kept + changed.length
  const total = to
  for (const slot of changed.toReversed()) {
    let [low, high] = [0, kept]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compare(rows[middle] ?? 0, slot) < 0) low = middle + 1
      else high = middle
    }
    rows.copyWithin(to - (kept - low), low, kept)
    to -= kept - low
    kept = low
    rows[--to] = slot
  }
  return rows.subarray(0, total)
}

/** By id, then by each key from the least to the most important one. */
function* sortAnew(columns: TaskColumns, { keys }: SlotSorting): Generator<undefined, Int32Array> {
  const rows = new Int32Array(columns.end)
  let count = 0
  for (let slot = 0; slot < columns.end; slot++) if (columns.rows[slot] !== undefined) rows[count++] = slot
  const used = rows.subarray(0, count)
  yield* sortByIds(used, columns)
  for (const key of keys.toReversed()) yield* sortByNumber(used, key.of)
  return used
}

/** Looking at so many groups of alike beginnings takes less than a millisecond. */
const GROUPS_A_STEP = 4_096
/** So many with the same beginning are compared one by one. */
const FEW = 64

function* sortByIds(slots: Int32Array, columns: TaskColumns, from = 0): Steps {
  const { idKey, rows } = columns
  const keyOf =
    from === 0 ? (slot: number) => idKey[slot] ?? 0 : (slot: number) => keyOfId(rows[slot]?.uuid ?? '', from)
  yield* sortByNumber(slots, keyOf)
  for (let start = 0, groups = 0; start < slots.length; groups++) {
    if (groups % GROUPS_A_STEP === 0) yield
    const key = keyOf(slots[start] ?? 0)
    let end = start + 1
    while (end < slots.length && keyOf(slots[end] ?? 0) === key) end++
    const alike = slots.subarray(start, end)
    if (alike.length > FEW && from < MOST_CHARACTERS && !isClipped(key))
      yield* sortByIds(alike, columns, from + ID_KEY_CHARACTERS)
    else if (alike.length > 1) alike.set([...alike].sort((a, b) => compareIds(columns, a, b)))
    start = end
  }
}

/** As long as ids usually are. */
const MOST_CHARACTERS = 48

/** Characters beyond 255 are not told apart by the key. */
function isClipped(key: number): boolean {
  for (let rest = key; rest > 0; rest = Math.floor(rest / 256)) if (rest % 256 === 255) return true
  return false
}
