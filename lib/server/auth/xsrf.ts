/**
 * Flower's second lock where people have a cookie (flower.md 5.5): what changes something carries the value of the
 * cookie `_xsrf`, which no other site can read, as X-XSRFToken, X-CSRFToken or the argument `_xsrf`.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { UmbelError } from '../../errors.ts'
import { visitorOf } from '../visitor.ts'
import { cookieHeader, readCookies } from './cookies.ts'

const COOKIE = '_xsrf'
const LIVES_SECONDS = 30 * 86_400

/**
 * Throws `request/no-xsrf-token` in Tornado's words. A request with an Authorization header passes: no browser sends one
 * that another site made it send.
 */
export async function refuseWithoutXsrfToken(
  req: IncomingMessage,
  argument: () => Promise<string | null>,
): Promise<void> {
  if (req.headers.authorization !== undefined) return
  const given = headerOf(req, 'x-xsrftoken') || headerOf(req, 'x-csrftoken') || (await argument()) || ''
  if (given === '') throw refusal("'_xsrf' argument missing from POST")
  const expected = readCookies(req.headers).get(COOKIE) ?? ''
  if (expected === '' || !timingSafeEqual(digestOf(given), digestOf(expected))) {
    throw refusal('XSRF cookie does not match POST argument')
  }
}

/** The cookie for a browser that has none; null for one that has it. */
export function newXsrfCookie(req: IncomingMessage, path: string, isKnown: boolean): string | null {
  if ((readCookies(req.headers).get(COOKIE) ?? '') !== '') return null
  const { isSecure: secure } = visitorOf(req)
  const maxAgeSeconds = isKnown ? LIVES_SECONDS : null
  return cookieHeader(COOKIE, randomBytes(16).toString('hex'), { path, secure, httpOnly: false, maxAgeSeconds })
}

function headerOf(req: IncomingMessage, name: string): string {
  const value = req.headers[name]
  return typeof value === 'string' ? value : ''
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function refusal(reason: string): UmbelError {
  return new UmbelError('request/no-xsrf-token', { reason })
}
