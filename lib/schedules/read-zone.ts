import { UmbelError } from '../errors.ts'
import { isZone } from './zone.ts'

/** The name of a zone, or null for none. Throws schedule/invalid for one that this engine does not know. */
export function readZone(name: string | null | undefined): string | null {
  if (name === null || name === undefined) return null
  if (typeof name === 'string' && isZone(name)) return name
  throw new UmbelError('schedule/invalid', {
    field: 'timezone',
    value: JSON.stringify(name),
    reason: 'Unknown time zone.',
    expected: 'a name of the IANA data base such as "Europe/Berlin"',
  })
}
