/**
 * The orders a task list can have, as numbers: every row gets a key, and texts are ranked among those that occur, so
 * that sorting compares numbers only.
 */
import type { TaskSort, TaskSortKey } from '../live/topic.ts'
import { isReady } from '../protocol/states.ts'
import { fold } from './flower-search.ts'
import type { TaskRecord } from './records.ts'
import { waitMs } from './task-search.ts'
import type { CompareIndexes } from './top-rows.ts'

/** Flower's orders (flower.md 2.4): rows without a value are the smallest, and equal ones go by id. */
export interface FlowerOrder {
  readonly flower: 'name' | 'state' | 'received' | 'started' | 'timestamp'
  readonly descending: boolean
}

export function comparison(rows: readonly TaskRecord[], order: TaskSort | FlowerOrder): CompareIndexes {
  return typeof order === 'string' ? pageComparison(rows, order) : flowerComparison(rows, order)
}

/** Rows without a value come last, whichever way. Equal ones: the newest first. */
function pageComparison(rows: readonly TaskRecord[], sort: TaskSort): CompareIndexes {
  const descending = sort.startsWith('-')
  // A TaskSort is a key, with a minus or without.
  const key = (descending ? sort.slice(1) : sort) as TaskSortKey
  const sign = descending ? -1 : 1
  const keys = keysOf(rows, key).map((value) => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : value * sign))
  const isText = key === 'name' || key === 'state' || key === 'worker' || key === 'queue' || key === 'retries'
  const ages = isText ? Float64Array.from(rows, (task) => -firstSeen(task)) : null
  return (a, b) => {
    const difference = compareAt(keys, a, b)
    if (difference !== 0) return difference
    return (ages === null ? 0 : compareAt(ages, a, b)) || compareIds(rows[a], rows[b])
  }
}

function flowerComparison(rows: readonly TaskRecord[], { flower, descending }: FlowerOrder): CompareIndexes {
  const keys = keysOf(rows, flower).map((value) => (Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value))
  const ascending: CompareIndexes = (a, b) => compareAt(keys, a, b) || compareIds(rows[a], rows[b])
  return descending ? (a, b) => ascending(b, a) : ascending
}

/** NaN = no value. */
function keysOf(rows: readonly TaskRecord[], key: TaskSortKey | 'timestamp'): Float64Array {
  switch (key) {
    case 'name':
      return ranks(rows, (task) => task.name)
    case 'state':
      return ranks(rows, (task) => task.state)
    case 'worker':
      return ranks(rows, (task) => task.worker)
    case 'queue':
      return ranks(rows, (task) => task.queue)
    case 'received':
      return numbers(rows, (task) => task.received)
    case 'started':
      return numbers(rows, (task) => task.started)
    case 'timestamp':
      return numbers(rows, (task) => task.timestamp)
    case 'finished':
      return numbers(rows, finishedSeconds)
    case 'runtime':
      return numbers(rows, (task) => task.runtime)
    case 'wait':
      return numbers(rows, waitMs)
    case 'retries':
      return numbers(rows, (task) => task.retries)
  }
}

function numbers(rows: readonly TaskRecord[], read: (task: TaskRecord) => number | null): Float64Array {
  const keys = new Float64Array(rows.length)
  for (let i = 0; i < keys.length; i++) {
    const row = rows[i]
    keys[i] = (row === undefined ? null : read(row)) ?? Number.NaN
  }
  return keys
}

/** Places in the order of the folded texts; equal but for case is equal. */
function ranks(rows: readonly TaskRecord[], read: (task: TaskRecord) => string | null): Float64Array {
  const places = new Map<string, number>()
  for (const row of rows) {
    const text = read(row)
    if (text !== null) places.set(text, 0)
  }
  const sorted = [...places.keys()]
    .map((text) => ({ text, folded: fold(text) }))
    .sort((a, b) => compareTexts(a.folded, b.folded))
  let place = 0
  for (const [i, { text, folded }] of sorted.entries()) {
    if (i > 0 && folded !== sorted[i - 1]?.folded) place++
    places.set(text, place)
  }
  return numbers(rows, (row) => {
    const text = read(row)
    return text === null ? null : (places.get(text) ?? null)
  })
}

/** When it reached its end; null while it has not. */
export function finishedSeconds(task: TaskRecord): number | null {
  return isReady(task.state) ? (task.succeeded ?? task.failed ?? task.revoked ?? task.timestamp) : null
}

function firstSeen(task: TaskRecord): number {
  return task.received ?? task.sent ?? task.timestamp
}

function compareAt(keys: Float64Array, a: number, b: number): number {
  const left = keys[a] ?? 0
  const right = keys[b] ?? 0
  return left < right ? -1 : left > right ? 1 : 0
}

function compareIds(a: TaskRecord | undefined, b: TaskRecord | undefined): number {
  return a === undefined || b === undefined ? 0 : compareTexts(a.uuid, b.uuid)
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
