/** From `/login` to the provider and back: who comes back with our state, a good code and a fitting address has a session. */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isProblem, isUmbelError, messageOf, UmbelError } from '../../errors.ts'
import type { Audit, AuditLine } from '../../monitor/actions/audit.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { Arguments } from '../api/arguments.ts'
import { visitorOf } from '../visitor.ts'
import { cookieHeader, readCookies } from './cookies.ts'
import type { EmailPattern } from './email-pattern.ts'
import { SESSION_COOKIE } from './gate.ts'
import type { LoginLimit } from './login-limit.ts'
import { openProvider } from './providers/open-provider.ts'
import type { Attempt, Provider, ProviderOptions } from './providers/provider.ts'
import type { RoleRules } from './roles.ts'
import { safeNext } from './safe-next.ts'
import { SESSION_MS, type Sessions } from './sessions.ts'
import { createSigner } from './signer.ts'

export interface LoginFlowOptions {
  readonly runtime: Runtime
  readonly secret: string
  readonly provider: ProviderOptions
  readonly pattern: EmailPattern
  readonly sessions: Sessions
  readonly roles: RoleRules
  readonly limit: LoginLimit
  readonly audit: Pick<Audit, 'write'>
  readonly withPrefix: (path: string) => string
}

/** Where the browser goes next, and what it has to remember. */
export interface Onward {
  readonly location: string
  readonly cookies: readonly string[]
}

export interface LoginFlow {
  /** To the provider. Rejects with `login/failed`. */
  begin(req: IncomingMessage, next: string | null): Promise<Onward>
  /** Back from it. Rejects with `login/failed`, `login/denied`, `request/too-many`. */
  finish(req: IncomingMessage, query: Arguments): Promise<Onward>
  /** The cookie without the attempt of this state; without any it is removed. */
  forget(req: IncomingMessage, state: string | null): string
}

const STATE_COOKIE = 'oauth_state'
const ATTEMPT_MS = 600_000
/** Log-ins that one browser may have open, in as many tabs. */
const ATTEMPTS_MOST = 3
/** States that came back; each is good for once. */
const USED_MOST = 20_000
/** Log-ins at a provider at one time. */
const RUNNING_MOST = 20

export function createLoginFlow(options: LoginFlowOptions): LoginFlow {
  const { runtime, provider: settings, pattern, sessions, roles, limit, audit, withPrefix } = options
  const { clock, log } = runtime
  const signer = createSigner(options.secret, 'log-in', () => clock.nowMs())
  const used = new Set<string>()
  let opened: Promise<Provider> | null = null
  let running = 0

  /** One that could not be found is looked for again by the next person. */
  function provider(): Promise<Provider> {
    opened ??= openProvider(settings).catch((error: unknown) => {
      opened = null
      throw error
    })
    return opened
  }

  /** Nonce and verifier belong to the state and cannot be had from it: they need not be kept anywhere. */
  function attemptOf(state: string, req: IncomingMessage): Attempt {
    const redirectUri = settings.redirectUri ?? ownAddress(req, withPrefix('/login'))
    return { state, redirectUri, nonce: signer.derive(`nonce ${state}`), verifier: signer.derive(`verifier ${state}`) }
  }

  const openStates = (req: IncomingMessage) => (readCookies(req.headers).get(STATE_COOKIE) ?? '').split('|')

  function stateCookie(req: IncomingMessage, sealed: readonly string[]): string {
    const maxAgeSeconds = sealed.length === 0 ? 0 : ATTEMPT_MS / 1_000
    return cookieHeader(STATE_COOKIE, sealed.join('|'), { ...cookieRules(req, withPrefix), maxAgeSeconds })
  }

  function forget(req: IncomingMessage, state: string | null): string {
    const others = openStates(req).filter((each) => {
      const open = stateIn(signer.open(each))
      return open !== null && open !== state
    })
    return stateCookie(req, others)
  }

  /** Where the browser wanted to go, when it is one of its own attempts, and not one that was finished. */
  function claim(req: IncomingMessage, state: string | null): string | null {
    const sealed = openStates(req).find((each) => stateIn(signer.open(each)) === state)
    const text = signer.open(sealed)
    if (state === null || text === null || used.has(state)) return null
    used.add(state)
    if (used.size > USED_MOST) for (const oldest of [...used].slice(0, USED_MOST / 2)) used.delete(oldest)
    return text.slice(text.indexOf(' ') + 1)
  }

  async function identify(req: IncomingMessage, query: Arguments, state: string) {
    if (running >= RUNNING_MOST) throw new UmbelError('request/too-many', { retryAfterSeconds: 5 })
    running += 1
    try {
      const answer = new URLSearchParams({ code: query.text('code') ?? '', state })
      const iss = query.text('iss')
      if (iss !== null) answer.set('iss', iss)
      const found = await (await provider()).identify(answer, attemptOf(state, req))
      const email = found.emails.find(pattern)
      if (email === undefined) throw new UmbelError('login/denied', { email: found.emails[0]?.slice(0, 254) ?? null })
      return { email, groups: roles.named(found.groups), provider: settings.kind }
    } catch (error) {
      if (isUmbelError(error)) throw error
      throw new UmbelError('login/failed', { reason: 'The provider did not say who it is' }, error)
    } finally {
      running -= 1
    }
  }

  function tell(req: IncomingMessage, line: Pick<AuditLine, 'who' | 'role' | 'outcome' | 'reason'>): void {
    const from = visitorOf(req).address
    void audit.write({ ...line, from, via: 'session', action: 'login', targets: [settings.kind], count: 1 })
  }

  return {
    async begin(req, next) {
      const state = randomBytes(24).toString('base64url')
      const url = await (await provider()).authorizeUrl(attemptOf(state, req))
      const others = openStates(req).filter((each) => signer.open(each) !== null)
      const mine = signer.seal(`${state} ${safeNext(next) ?? ''}`, ATTEMPT_MS)
      return { location: url.href, cookies: [stateCookie(req, [mine, ...others].slice(0, ATTEMPTS_MOST))] }
    },
    forget,
    async finish(req, query) {
      const state = query.text('state')
      const next = claim(req, state)
      // Apart from those of passwords, and those of strangers apart from those who began here: nobody holds up another.
      const who = visitorOf(req).address ?? ''
      const from = `${next === null ? 'made up' : 'provider'} ${who}`
      const retryAfterSeconds = limit.waitSeconds(from, from)
      if (retryAfterSeconds > 0) throw new UmbelError('request/too-many', { retryAfterSeconds })
      try {
        if (state === null || next === null) {
          throw new UmbelError('login/failed', { reason: 'OAuth authenticator error: State tokens do not match' })
        }
        const said = query.text('error')
        if (said !== null) throw new UmbelError('login/failed', { reason: `The provider says: ${said.slice(0, 100)}` })
        const person = await identify(req, query, state)
        const role = roles.roleOf({ name: person.email, groups: person.groups })
        limit.succeeded(from, from)
        tell(req, { who: person.email, role, outcome: 'done', reason: null })
        const maxAgeSeconds = SESSION_MS / 1_000
        const session = cookieHeader(SESSION_COOKIE, sessions.open(person), {
          ...cookieRules(req, withPrefix),
          maxAgeSeconds,
        })
        return { location: next === '' ? withPrefix('/') : next, cookies: [session, forget(req, state)] }
      } catch (error) {
        if (isProblem(error, 'request/too-many')) throw error
        limit.failed(from, from)
        const email = isProblem(error, 'login/denied') ? error.facts.email : null
        tell(req, {
          who: email,
          role: 'none',
          outcome: email === null ? 'failed' : 'refused',
          reason: messageOf(error),
        })
        const cause = error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : null
        log.warning('A log-in failed', { provider: settings.kind, reason: messageOf(error), cause })
        throw error
      }
    },
  }
}

/** For what only the server may read. */
export function cookieRules(req: IncomingMessage, withPrefix: (path: string) => string) {
  return { path: withPrefix('/'), secure: visitorOf(req).isSecure, httpOnly: true } as const
}

function stateIn(text: string | null): string | null {
  return text === null ? null : text.slice(0, text.indexOf(' '))
}

/** The name by which the browser came; a provider sends nobody to an address that was not entered with it. */
function ownAddress(req: IncomingMessage, path: string): string {
  const scheme = visitorOf(req).isSecure ? 'https' : 'http'
  const host = req.headers.host ?? ''
  if (!/^[\w.:[\]-]+$/.test(host)) throw new UmbelError('login/failed', { reason: 'The request names no host' })
  return `${scheme}://${host}${path}`
}
