/**
 * The tasks that a list shows: which match, how many of each state, and the first of them in order. Kept up by looking
 * only at tasks that changed; all tasks are gone through only when too many rows fell out, or when told to.
 */
import type { TaskRecord } from '../records.ts'

export type SortKey = number | string | null

export interface WindowQuery {
  /** Everything in the query but its state. */
  matches(task: TaskRecord): boolean
  /** The state as it is shown: LOST is not one that events have. */
  stateOf(task: TaskRecord): string
  /** Does the state in the query fit? `shown` is what `stateOf` gave. */
  matchesState(task: TaskRecord, shown: string): boolean
  keyOf(task: TaskRecord): SortKey
  readonly descending: boolean
  readonly limit: number
}

interface Item {
  readonly id: string
  readonly key: SortKey
}

/** How a task is counted that matches all but the state; `full`: the state too. One object for all that are alike. */
interface Place {
  readonly state: string
  readonly full: boolean
}

/** Rows kept beyond the limit, so that one that falls out seldom asks for all tasks again. */
const SLACK = 100

export class TaskWindow {
  readonly #query: WindowQuery
  readonly #capacity: number
  readonly #places = new Map<string, Place>()
  readonly #fullKinds = new Map<string, Place>()
  readonly #otherKinds = new Map<string, Place>()
  readonly #counts = new Map<string, number>()
  #matched = 0
  /** In order. All that match and are not here rank behind the last of these. */
  #items: Item[] = []
  readonly #keys = new Map<string, SortKey>()

  constructor(query: WindowQuery, slack: number = SLACK) {
    this.#query = query
    this.#capacity = query.limit + slack
  }

  /** Starts anew with these tasks. `known`: of these it is known that they match everything but the state. */
  fill(tasks: Iterable<TaskRecord>, known: (task: TaskRecord) => boolean = () => false): void {
    this.#places.clear()
    this.#counts.clear()
    this.#matched = 0
    let best: Item[] = []
    for (const task of tasks) {
      if (!this.#enter(task, known(task))) continue
      best.push({ id: task.uuid, key: this.#query.keyOf(task) })
      if (best.length >= this.#capacity * 4) best = this.#first(best)
    }
    this.#items = this.#first(best)
    this.#keys.clear()
    for (const { id, key } of this.#items) this.#keys.set(id, key)
  }

  put(task: TaskRecord): void {
    const { uuid } = task
    const complete = this.#items.length >= this.#matched
    this.#leave(uuid)
    const full = this.#enter(task)
    const key = full ? this.#query.keyOf(task) : null
    if (full && this.#keys.has(uuid) && this.#keys.get(uuid) === key) return
    this.#take(uuid)
    if (full) this.#insert({ id: uuid, key }, complete)
  }

  remove(id: string): void {
    this.#leave(id)
    this.#take(id)
  }

  /** The state that the counts have it under. */
  stateOf(id: string): string | null {
    return this.#places.get(id)?.state ?? null
  }

  get matched(): number {
    return this.#matched
  }

  /** Per state, of those that match everything but the state. Sorted by name: equal counts are equal views. */
  counts(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  /** Ids of the first rows, or null when too many fell out: then `fill` is due. */
  ids(): readonly string[] | null {
    const wanted = Math.min(this.#query.limit, this.#matched)
    if (this.#items.length < wanted) return null
    return this.#items.slice(0, wanted).map((item) => item.id)
  }

  /** True when it matches, its state too. */
  #enter(task: TaskRecord, known = false): boolean {
    if (!known && !this.#query.matches(task)) return false
    const state = this.#query.stateOf(task)
    const full = this.#query.matchesState(task, state)
    this.#places.set(task.uuid, this.#placeFor(state, full))
    this.#counts.set(state, (this.#counts.get(state) ?? 0) + 1)
    if (full) this.#matched++
    return full
  }

  #placeFor(state: string, full: boolean): Place {
    const kinds = full ? this.#fullKinds : this.#otherKinds
    const known = kinds.get(state)
    if (known !== undefined) return known
    const place = { state, full }
    kinds.set(state, place)
    return place
  }

  #leave(id: string): void {
    const place = this.#places.get(id)
    if (place === undefined) return
    this.#places.delete(id)
    if (place.full) this.#matched--
    const left = (this.#counts.get(place.state) ?? 1) - 1
    if (left > 0) this.#counts.set(place.state, left)
    else this.#counts.delete(place.state)
  }

  #take(id: string): void {
    const key = this.#keys.get(id)
    if (key === undefined) return
    this.#keys.delete(id)
    this.#items.splice(this.#place({ id, key }), 1)
  }

  #insert(item: Item, complete: boolean): void {
    const at = this.#place(item)
    // Behind the last known one there may be others that come first.
    if (at === this.#items.length && !complete) return
    this.#items.splice(at, 0, item)
    this.#keys.set(item.id, item.key)
    if (this.#items.length <= this.#capacity) return
    const last = this.#items.pop()
    if (last !== undefined) this.#keys.delete(last.id)
  }

  /** Where the item is, or belongs. */
  #place(item: Item): number {
    let [low, high] = [0, this.#items.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = this.#items[middle]
      if (other !== undefined && this.#compare(other, item) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  #first(items: Item[]): Item[] {
    return items.sort((a, b) => this.#compare(a, b)).slice(0, this.#capacity)
  }

  /** Rows without the value come last in either direction; equal ones in the order of their ids. */
  #compare(a: Item, b: Item): number {
    if (a.key !== b.key) {
      if (a.key === null) return 1
      if (b.key === null) return -1
      const less = a.key < b.key ? -1 : 1
      return this.#query.descending ? -less : less
    }
    return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
  }
}
