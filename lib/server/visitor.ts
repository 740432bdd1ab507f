import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/** Who is at the other end, as far as the connection, or the proxy before us, tells it. */
export interface Visitor {
  /** Null: a unix socket, and nothing in front of it said more. */
  readonly address: string | null
  /** Whether the browser speaks TLS: with us, or with a proxy that is trusted. */
  readonly isSecure: boolean
}

const told = new WeakMap<IncomingMessage, Visitor>()

/** As `meet` found it; before that what the connection itself says. */
export function visitorOf(req: IncomingMessage): Visitor {
  return told.get(req) ?? byConnection(req)
}

/**
 * Notes who asks. With `xheaders` X-Real-Ip (else the last of X-Forwarded-For) and X-Scheme (else X-Forwarded-Proto)
 * are believed, as Tornado does for Flower; without it they are not looked at.
 */
export function meet(req: IncomingMessage, xheaders: boolean): Visitor {
  const seen = byConnection(req)
  const visitor = xheaders
    ? { address: forwardedAddress(req) ?? seen.address, isSecure: forwardedScheme(req) ?? seen.isSecure }
    : seen
  told.set(req, visitor)
  return visitor
}

function byConnection(req: IncomingMessage): Visitor {
  // A server of both kinds of addresses sees those of IPv4 as ::ffff:192.0.2.1.
  const address = req.socket.remoteAddress?.replace(/^::ffff:(?=[\d.]+$)/i, '') ?? null
  return { address, isSecure: 'encrypted' in req.socket }
}

function forwardedAddress(req: IncomingMessage): string | null {
  const address = header(req, 'x-real-ip') ?? lastOf(header(req, 'x-forwarded-for'))
  return address !== null && isIP(address) !== 0 ? address : null
}

function forwardedScheme(req: IncomingMessage): boolean | null {
  const scheme = lastOf(header(req, 'x-scheme') ?? header(req, 'x-forwarded-proto'))?.toLowerCase()
  return scheme === 'https' ? true : scheme === 'http' ? false : null
}

function header(req: IncomingMessage, name: string): string | null {
  const value = req.headers[name]
  const text = typeof value === 'string' ? value.trim() : ''
  return text === '' ? null : text
}

/** Each proxy adds at the end: what is before may have been made up by the visitor. */
function lastOf(text: string | null): string | null {
  return text === null ? null : (text.split(',').at(-1)?.trim() ?? null)
}
