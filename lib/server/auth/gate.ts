import type { IncomingMessage } from 'node:http'
import { UmbelError } from '../../errors.ts'
import type { Actor } from '../../monitor/contracts.ts'
import { createBasicAuth } from './basic-auth.ts'

export interface GateOptions {
  readonly basicAuth: readonly string[]
  readonly readOnly: boolean
  /** FLOWER_UNAUTHENTICATED_API, asked at each request as Flower does. */
  readonly apiIsOpen: () => boolean
}

/** Who may come in, for every door: pages, Flower's API, our own calls, sockets. */
export interface Gate {
  readonly hasAuthentication: boolean
  /** Who asks. Throws `request/unauthenticated` where logging in is asked for. */
  identify(req: IncomingMessage): Actor
  /** As `identify`, for Flower's API: without authentication it answers only when it was opened by name. */
  identifyForApi(req: IncomingMessage): Actor
}

export function createGate(options: GateOptions): Gate {
  const hasAuthentication = options.basicAuth.length > 0
  const basic = createBasicAuth(options.basicAuth)
  const identify = (req: IncomingMessage): Actor => {
    if (hasAuthentication) {
      const user = basic(req.headers.authorization)
      if (user === null) throw new UmbelError('request/unauthenticated', { scheme: 'basic' })
      return { user, role: options.readOnly ? 'viewer' : 'admin' }
    }
    const trusted = options.apiIsOpen() || isOnThisMachine(req)
    return { user: null, role: trusted && !options.readOnly ? 'admin' : 'viewer' }
  }
  return {
    hasAuthentication,
    identify,
    identifyForApi(req) {
      if (!hasAuthentication && !options.apiIsOpen()) {
        throw new UmbelError('request/api-closed', { variable: 'FLOWER_UNAUTHENTICATED_API' })
      }
      return identify(req)
    },
  }
}

/**
 * Somebody at this very machine, by a local name, not through a proxy. Without authentication only they may change
 * things. The name is looked at because a foreign site may point its own name at 127.0.0.1 (DNS rebinding).
 */
export function isOnThisMachine(req: IncomingMessage): boolean {
  if (!isLoopback(req.socket.remoteAddress)) return false
  const forwarded = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via']
  if (forwarded.some((name) => req.headers[name] !== undefined)) return false
  const host = (req.headers.host ?? '').toLowerCase().replace(/:\d+$/, '')
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d+){3}$/.test(host)
}

export function isLoopback(address: string | undefined): boolean {
  return address !== undefined && (address === '::1' || /^(::ffff:)?127\./.test(address))
}
