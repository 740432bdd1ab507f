import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** What every answer carries (reliability-security.md 3.4). */
const ALWAYS: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Frame-Options': 'DENY',
  'Permissions-Policy':
    'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()',
}

const NOTHING_ALLOWED = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

/** Headers by which a request could choose the nonce, or pass itself off as one that Next made. */
const NOT_FROM_OUTSIDE = [
  'content-security-policy',
  'content-security-policy-report-only',
  'x-nonce',
  'x-middleware-subrequest',
  'x-middleware-subrequest-id',
  'x-middleware-rewrite',
  'x-middleware-prefetch',
  'x-invoke-path',
  'x-invoke-query',
  'x-invoke-status',
  'x-matched-path',
  'x-now-route-matches',
  'x-original-url',
  'x-rewrite-url',
  'x-http-method-override',
  'x-umbel-page',
]

/** A browser that came by TLS comes by nothing else for half a year (reliability-security.md 3.4). */
export function secureConnection(res: ServerResponse): void {
  res.setHeader('Strict-Transport-Security', 'max-age=15552000')
}

/** For answers that are data: nothing in them may be loaded or run. */
export function secureData(res: ServerResponse): void {
  setAll(res)
  res.setHeader('Content-Security-Policy', NOTHING_ALLOWED)
  res.setHeader('Cache-Control', 'no-store')
}

/**
 * For pages: a fresh nonce goes into the answer's policy and, as the same header of the *request*, to Next, which puts
 * it on the scripts and styles it writes.
 */
export function securePage(req: IncomingMessage, res: ServerResponse): void {
  for (const name of NOT_FROM_OUTSIDE) delete req.headers[name]
  const policy = pagePolicy(randomBytes(18).toString('base64'))
  req.headers['content-security-policy'] = policy
  setAll(res)
  res.setHeader('Content-Security-Policy', policy)
  res.setHeader('Cache-Control', 'no-store')
}

/** For files whose names change with their content; Next says itself how long they may be kept. */
export function secureAsset(req: IncomingMessage, res: ServerResponse): void {
  for (const name of NOT_FROM_OUTSIDE) delete req.headers[name]
  setAll(res)
  res.setHeader('Content-Security-Policy', NOTHING_ALLOWED)
}

export function pagePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ')
}

function setAll(res: ServerResponse): void {
  for (const [name, value] of Object.entries(ALWAYS)) res.setHeader(name, value)
}
