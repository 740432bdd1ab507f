/** Orders of Flower's task table (flower.md 1.4) that the task list has no column for. */
import { setImmediate } from 'node:timers/promises'
import { fold } from '../../monitor/flower-search.ts'
import type { TaskRecord } from '../../monitor/records.ts'

const LISTED = ['name', 'state', 'received', 'started'] as const
type Listed = (typeof LISTED)[number]

/** The list sorts by these itself, a hundred thousand in a few milliseconds. */
export function isTableSort(key: string): key is Listed {
  return (LISTED as readonly string[]).includes(key)
}

const FIELDS: Readonly<Record<string, (task: TaskRecord) => string | number | null>> = {
  uuid: (task) => task.uuid,
  worker: (task) => task.worker,
  args: (task) => task.args,
  kwargs: (task) => task.kwargs,
  result: (task) => task.result,
  exception: (task) => task.exception,
  exchange: (task) => task.exchange,
  routing_key: (task) => task.routingKey,
  retries: (task) => task.retries,
  revoked: (task) => task.revoked,
  expires: (task) => task.expires,
  eta: (task) => task.eta,
  runtime: (task) => task.runtime,
  timestamp: (task) => task.timestamp,
  client: (task) => task.client,
}

interface Keyed {
  readonly task: TaskRecord
  readonly key: string | number | null
}
type Compare = (a: Keyed, b: Keyed) => number

/** Sorted, or put together, at once: some milliseconds. */
const LOT = 2_000

/**
 * Numbers by size, texts without heed of case; rows without a value first, or last when descending; equal ones by id.
 * Any other key leaves all rows equal. In short turns: a hundred thousand rows hold up nobody. Rejects with the signal's
 * reason when it says stop.
 */
export async function sortForTable(
  tasks: readonly TaskRecord[],
  key: string,
  descending: boolean,
  signal: AbortSignal,
): Promise<readonly TaskRecord[]> {
  const read = Object.hasOwn(FIELDS, key) ? FIELDS[key] : undefined
  const sign = descending ? -1 : 1
  const compareRows: Compare = (a, b) => sign * (compare(a.key, b.key) || compare(a.task.uuid, b.task.uuid))
  let runs: Keyed[][] = []
  for (let from = 0; from < tasks.length; from += LOT) {
    const lot = tasks.slice(from, from + LOT).map((task) => ({ task, key: keyOf(read?.(task) ?? null) }))
    runs.push(lot.sort(compareRows))
    await setImmediate()
    signal.throwIfAborted()
  }
  while (runs.length > 1) {
    const longer: Keyed[][] = []
    for (let i = 0; i < runs.length; i += 2)
      longer.push(await merged(runs[i] ?? [], runs[i + 1] ?? [], compareRows, signal))
    runs = longer
  }
  return (runs[0] ?? []).map(({ task }) => task)
}

async function merged(left: Keyed[], right: Keyed[], compareRows: Compare, signal: AbortSignal): Promise<Keyed[]> {
  if (right.length === 0) return left
  const rows: Keyed[] = []
  let [l, r] = [0, 0]
  for (;;) {
    const [a, b] = [left[l], right[r]]
    if (a === undefined && b === undefined) return rows
    if (a !== undefined && (b === undefined || compareRows(a, b) <= 0)) {
      rows.push(a)
      l++
    } else if (b !== undefined) {
      rows.push(b)
      r++
    }
    if (rows.length % LOT !== 0) continue
    await setImmediate()
    signal.throwIfAborted()
  }
}

function keyOf(value: string | number | null): string | number | null {
  return typeof value === 'string' ? fold(value) : value
}

function compare(a: string | number | null, b: string | number | null): number {
  if (a === b) return 0
  if (a === null) return -1
  if (b === null) return 1
  return a < b ? -1 : 1
}
