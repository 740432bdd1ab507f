import { createHash } from 'node:crypto'

/** A waiting message by what it is, since its place changes with each that is taken: SHA-1 of its bytes, 40 hex digits. */
export function messageKey(raw: string): string {
  return createHash('sha1').update(raw).digest('hex')
}
