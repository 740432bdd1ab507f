import { UmbelError } from '../errors.ts'
import { isRecord } from '../protocol/record.ts'

/** What Celery's `result_backend_transport_options` say of Redis; the others do not matter here. */
export interface ResultTransportOptions {
  readonly keyPrefix?: string
  readonly masterName?: string
  readonly sentinelUsername?: string
  readonly sentinelPassword?: string
  readonly chordOrdered?: boolean
}

/**
 * `global_keyprefix`, `master_name` `sentinel_kwargs` and `result_chord_ordered` (wire.md A8, E1, E4).
 * @throws UmbelError `option/invalid`
 */
export function readResultTransportOptions(options: Readonly<Record<string, unknown>>): ResultTransportOptions {
  const text = (record: Readonly<Record<string, unknown>>, name: string): string | undefined => {
    const value = record[name]
    if (value === undefined || value === null || typeof value === 'string') return value ?? undefined
    const option = `result_backend_transport_options.${name}`
    throw new UmbelError('option/invalid', { option, value: JSON.stringify(value), expected: 'text' })
  }
  const ordered = options['result_chord_ordered'] ?? undefined
  if (ordered !== undefined && typeof ordered !== 'boolean') {
    const option = 'result_backend_transport_options.result_chord_ordered'
    throw new UmbelError('option/invalid', { option, value: JSON.stringify(ordered), expected: 'true or false' })
  }
  const login = isRecord(options['sentinel_kwargs']) ? options['sentinel_kwargs'] : {}
  const found = {
    keyPrefix: text(options, 'global_keyprefix'),
    masterName: text(options, 'master_name'),
    sentinelUsername: text(login, 'username'),
    sentinelPassword: text(login, 'password'),
    chordOrdered: ordered,
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}
