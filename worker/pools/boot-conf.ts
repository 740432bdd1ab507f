/** The settings that children have to be told: what was set after the file of the app was loaded cannot be told apart. */
import type { Celery } from '../../lib/client/celery.ts'
import { isRecord } from '../../lib/protocol/record.ts'

/** Those that are plain data. Functions and patterns come from the file, where the child finds them too. */
export function bootConf({ conf, given }: Celery): Readonly<Record<string, unknown>> {
  const values: Readonly<Record<string, unknown>> = conf
  return Object.fromEntries(
    [...given].filter((name) => name in values && isPlain(values[name], 0)).map((name) => [name, values[name]]),
  )
}

function isPlain(value: unknown, depth: number): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return true
  if (typeof value !== 'object' || depth > 20) return false
  if (Array.isArray(value)) return value.every((item) => isPlain(item, depth + 1))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  return isRecord(value) && Object.values(value).every((item) => isPlain(item, depth + 1))
}
