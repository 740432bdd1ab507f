/** Functions as arguments of periodic tasks, called when the task is sent: Celery's BeatLazyFunc. */
import { decodeExtended } from '../../lib/protocol/extended-json.ts'
import { isRecord } from '../../lib/protocol/record.ts'

export type LazyValue = () => unknown

/** By place: a number among args, a name among kwargs. */
export type LazyValues = ReadonlyMap<string | number, LazyValue>

/** What stands for a function where an entry is kept, with its name for people: `{"__lazy__": "today"}`. */
export const LAZY = '__lazy__'

/** The value to send. Throws when the function is not there any more, and what it throws. */
export function sentValue(
  stored: unknown,
  place: string | number,
  lazy: LazyValues | undefined,
): unknown | Promise<unknown> {
  if (typeof stored !== 'object' || stored === null) return stored
  if (!isRecord(stored) || !Object.hasOwn(stored, LAZY)) return decodeExtended(stored)
  const call = lazy?.get(place)
  if (call === undefined) throw new Error(`argument ${place} was a function, which the code does not have any more`)
  return call()
}
