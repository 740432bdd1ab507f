import { UmbelError } from '../errors.ts'
import { isRecord } from '../protocol/record.ts'

/** What Celery's `result_backend_transport_options` say of Redis; the others do not matter here. */
export interface ResultTransportOptions {
  readonly keyPrefix?: string
  readonly masterName?: string
  readonly sentinelUsername?: string
  readonly sentinelPassword?: string
}

/**
 * `global_keyprefix`, `master_name` and `sentinel_kwargs` (wire.md A8, E1).
 * @throws UmbelError `option/invalid`
 */
export function readResultTransportOptions(options: Readonly<Record<string, unknown>>): ResultTransportOptions {
  const text = (record: Readonly<Record<string, unknown>>, name: string): string | undefined => {
    const value = record[name]
    if (value === undefined || value === null || typeof value === 'string') return value ?? undefined
    const option = `result_backend_transport_options.${name}`
    throw new UmbelError('option/invalid', { option, value: JSON.stringify(value), expected: 'text' })
  }
  const login = isRecord(options['sentinel_kwargs']) ? options['sentinel_kwargs'] : {}
  const found = {
    keyPrefix: text(options, 'global_keyprefix'),
    masterName: text(options, 'master_name'),
    sentinelUsername: text(login, 'username'),
    sentinelPassword: text(login, 'password'),
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}
