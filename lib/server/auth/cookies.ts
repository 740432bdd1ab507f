import type { IncomingHttpHeaders } from 'node:http'

/** The cookies of a request, by name; of several with one name the first, as Tornado reads them. */
export function readCookies(headers: IncomingHttpHeaders): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>()
  for (const pair of (headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (at < 1) continue
    const name = pair.slice(0, at).trim()
    const value = pair.slice(at + 1).trim()
    if (!cookies.has(name)) cookies.set(name, /^".*"$/.test(value) ? value.slice(1, -1) : value)
  }
  return cookies
}

export interface CookieRules {
  readonly path: string
  /** Only over TLS. */
  readonly secure: boolean
  /** Not for the page's programs. */
  readonly httpOnly: boolean
  /** Null: until the browser closes. 0 removes it. */
  readonly maxAgeSeconds: number | null
}

/** A `Set-Cookie` header; `value` must hold no semicolons or spaces. */
export function cookieHeader(name: string, value: string, rules: CookieRules): string {
  return [
    `${name}=${value}`,
    `Path=${rules.path}`,
    ...(rules.maxAgeSeconds === null ? [] : [`Max-Age=${rules.maxAgeSeconds}`]),
    ...(rules.httpOnly ? ['HttpOnly'] : []),
    'SameSite=Lax',
    ...(rules.secure ? ['Secure'] : []),
  ].join('; ')
}
