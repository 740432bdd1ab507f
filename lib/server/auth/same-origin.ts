import type { IncomingHttpHeaders } from 'node:http'
import { UmbelError } from '../../errors.ts'

/**
 * Refuses what another site makes a browser send (flower.md 5.5): Sec-Fetch-Site where the browser says it, else
 * Origin against Host. A program without either header passes. Unlike Flower this holds without authentication too.
 */
export function refuseForeignOrigin(headers: IncomingHttpHeaders): void {
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== '') {
    if (site !== 'same-origin') throw new UmbelError('request/cross-site', { kind: 'site' })
    return
  }
  const { origin } = headers
  if (origin !== undefined && hostOf(origin) !== headers.host?.toLowerCase()) {
    throw new UmbelError('request/cross-site', { kind: 'origin' })
  }
}

/** Null for `null`, for text that is no URL, and for anything that is not a plain `scheme://host:port`. */
function hostOf(origin: string): string | null {
  const match = /^https?:\/\/([^/?#@\\\s]+)$/i.exec(origin)
  return match?.[1]?.toLowerCase() ?? null
}
