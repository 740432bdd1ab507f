/** Orders of Flower's task table (flower.md 1.4) that the task list has no column for. */
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

/**
 * Numbers by size, texts without heed of case; rows without a value first, or last when descending; equal ones by id.
 * Any other key leaves all rows equal.
 */
export function sortForTable(tasks: readonly TaskRecord[], key: string, descending: boolean): readonly TaskRecord[] {
  const read = Object.hasOwn(FIELDS, key) ? FIELDS[key] : undefined
  const keyed = tasks.map((task) => ({ task, key: keyOf(read?.(task) ?? null) }))
  const sign = descending ? -1 : 1
  keyed.sort((a, b) => sign * (compare(a.key, b.key) || compare(a.task.uuid, b.task.uuid)))
  return keyed.map(({ task }) => task)
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
