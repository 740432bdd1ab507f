import type { IncomingMessage } from 'node:http'
import { UmbelError } from '../../errors.ts'
import type { Audit } from '../../monitor/actions/audit.ts'
import type { Actor, Role } from '../../monitor/contracts.ts'
import { visitorOf } from '../visitor.ts'
import { type ApiTokens, ROLE_OF_SCOPE } from './api-tokens.ts'
import { createBasicAuth, nameOf } from './basic-auth.ts'
import { readCookies } from './cookies.ts'
import type { EmailPattern } from './email-pattern.ts'
import type { LoginLimit } from './login-limit.ts'
import type { RoleRules } from './roles.ts'
import type { Session, Sessions } from './sessions.ts'

export interface GateOptions {
  readonly basicAuth: readonly string[]
  readonly readOnly: boolean
  /** Viewers see tasks without their arguments and results. */
  readonly hideArguments: boolean
  /** Actions that operators may do beyond their role. */
  readonly operatorMay: readonly string[]
  /** FLOWER_UNAUTHENTICATED_API, asked at each request as Flower does. */
  readonly apiIsOpen: () => boolean
  /** Who may come in by a provider's word (`--auth`); null = nobody is sent to one. */
  readonly pattern: EmailPattern | null
  readonly sessions: Sessions
  readonly tokens: ApiTokens
  readonly roles: RoleRules
  readonly limit: LoginLimit
  readonly audit: Pick<Audit, 'write'>
}

/** Who may come in, for every door: pages, Flower's API, our own calls, sockets. */
export interface Gate {
  readonly hasAuthentication: boolean
  /** People have a cookie: what changes something needs Flower's `_xsrf` token too. */
  readonly hasCookies: boolean
  /** Who asks. Throws `request/unauthenticated` where logging in is asked for, `request/too-many` after wrong tries. */
  identify(req: IncomingMessage): Actor
  /** As `identify`, for Flower's API: without authentication it answers only when it was opened by name, or to a token. */
  identifyForApi(req: IncomingMessage): Actor
  /** The session of a request that may come in by it; null when there is none. */
  sessionOf(req: IncomingMessage): Session | null
}

/** The cookie of a session is called as Flower's. */
export const SESSION_COOKIE = 'user'

export function createGate(options: GateOptions): Gate {
  const { pattern, sessions, tokens, roles, limit, audit, readOnly } = options
  const hasBasic = options.basicAuth.length > 0
  const hasAuthentication = hasBasic || pattern !== null
  const basic = createBasicAuth(options.basicAuth)
  const roleOrLess = (role: Role): Role => (readOnly ? 'viewer' : role)

  function byToken(req: IncomingMessage): Actor | null {
    const from = visitorOf(req).address
    const token = tokens.check(req.headers.authorization, from)
    if (token === null) return null
    if (token === 'unknown') throw new UmbelError('request/unauthenticated', { scheme: 'token' })
    return { user: token.name, role: roleOrLess(ROLE_OF_SCOPE[token.scope]), from, via: `token:${token.name}` }
  }

  /** While somebody has to wait their password is not looked at: a right one is then no news either. */
  function byPassword(req: IncomingMessage): Actor {
    const from = visitorOf(req).address
    const name = nameOf(req.headers.authorization)
    if (name === null) throw new UmbelError('request/unauthenticated', { scheme: 'basic' })
    const retryAfterSeconds = limit.waitSeconds(from ?? '', name)
    if (retryAfterSeconds > 0) throw new UmbelError('request/too-many', { retryAfterSeconds })
    const user = basic(req.headers.authorization)
    const tried = { from, via: 'basic', action: 'login', targets: [], count: 0 } as const
    if (user === null) {
      limit.failed(from ?? '', name)
      void audit.write({ ...tried, who: name, role: 'none', outcome: 'refused', reason: 'Wrong name or password' })
      throw new UmbelError('request/unauthenticated', { scheme: 'basic' })
    }
    const role = roleOrLess(roles.roleOf({ name: user, groups: [] }))
    if (limit.succeeded(from ?? '', user)) {
      void audit.write({ ...tried, who: user, role, outcome: 'done', reason: null })
    }
    return { user, role, from, via: 'basic' }
  }

  function sessionOf(req: IncomingMessage): Session | null {
    if (pattern === null) return null
    const session = sessions.read(readCookies(req.headers).get(SESSION_COOKIE))
    return session !== null && pattern(session.email) ? session : null
  }

  function bySession(req: IncomingMessage): Actor {
    const session = sessionOf(req)
    if (session === null) throw new UmbelError('request/unauthenticated', { scheme: 'login' })
    const role = roleOrLess(roles.roleOf({ name: session.email, groups: session.groups }))
    return { user: session.email, role, from: visitorOf(req).address, via: 'session' }
  }

  function identify(req: IncomingMessage): Actor {
    return asSet(whoIs(req))
  }

  /** With what the options add to a role, or take from it. */
  function asSet(actor: Actor): Actor {
    if (actor.role === 'viewer' && options.hideArguments) return { ...actor, sight: 'no-arguments' }
    if (actor.role === 'operator' && options.operatorMay.length > 0) return { ...actor, grants: options.operatorMay }
    return actor
  }

  function whoIs(req: IncomingMessage): Actor {
    const token = byToken(req)
    if (token !== null) return token
    if (hasAuthentication) {
      // Where both are set up both are asked for, in Flower's order.
      const user = hasBasic ? byPassword(req) : null
      return pattern === null && user !== null ? user : bySession(req)
    }
    const trusted = options.apiIsOpen() || isOnThisMachine(req)
    return { user: null, role: roleOrLess(trusted ? 'admin' : 'viewer'), from: visitorOf(req).address, via: 'none' }
  }

  return {
    hasAuthentication,
    hasCookies: pattern !== null,
    identify,
    sessionOf,
    identifyForApi(req) {
      if (!hasAuthentication && !options.apiIsOpen()) {
        const token = byToken(req)
        if (token !== null) return asSet(token)
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
