/** `/login`, `/login/` and `/logout`, as Flower has them (flower.md 5.3). */
import { isProblem, isUmbelError, type UmbelError } from '../../errors.ts'
import type { Audit } from '../../monitor/actions/audit.ts'
import { STATUS } from '../api/status.ts'
import type { Reply } from '../reply.ts'
import type { Call, Route } from '../route.ts'
import { visitorOf } from '../visitor.ts'
import { authPage } from './auth-page.ts'
import { cookieHeader } from './cookies.ts'
import { type Gate, SESSION_COOKIE } from './gate.ts'
import { cookieRules, type LoginFlow, type Onward } from './login-flow.ts'
import type { RoleRules } from './roles.ts'
import type { Sessions } from './sessions.ts'

export interface LoginRoutesOptions {
  readonly gate: Gate
  readonly sessions: Sessions
  /** Null: there is no provider to log in at. */
  readonly flow: LoginFlow | null
  readonly roles: RoleRules
  readonly audit: Pick<Audit, 'write'>
  /** Tells that sessions have ended. */
  readonly onEnded: () => void
}

const common = { method: 'GET', family: 'open', role: 'viewer' } as const

export function loginRoutes({ gate, sessions, flow, roles, audit, onEnded }: LoginRoutesOptions): readonly Route[] {
  async function login(call: Call): Promise<Reply> {
    if (flow === null) return noLogin()
    const { req, query } = call
    const isBack = (query.text('code') ?? '') !== '' || query.text('error') !== null
    try {
      return onward(isBack ? await flow.finish(req, query) : await flow.begin(req, query.text('next')))
    } catch (error) {
      if (!isUmbelError(error)) throw error
      return refusal(call, error, isBack ? [flow.forget(req, query.text('state'))] : [])
    }
  }

  /** A plain GET, as Flower's. The session ends here, not only in this browser. */
  async function logout({ req, withPrefix }: Call): Promise<Reply> {
    const session = gate.sessionOf(req)
    if (session !== null) {
      await sessions.end(session)
      onEnded()
      const person = { who: session.email, role: roles.roleOf({ name: session.email, groups: session.groups }) }
      const how = { from: visitorOf(req).address, via: 'session', action: 'logout', targets: [], count: 0 }
      await audit.write({ ...person, ...how, outcome: 'done', reason: null })
    }
    return authPage({
      status: 200,
      title: 'You have been logged out',
      text: 'Your session has ended.',
      link: { href: withPrefix('/'), text: 'Log in again' },
      cookies: [cookieHeader(SESSION_COOKIE, '', { ...cookieRules(req, withPrefix), maxAgeSeconds: 0 })],
    })
  }

  return [
    { ...common, path: '/login', handle: login },
    { ...common, path: '/login/', handle: login },
    { ...common, path: '/logout', handle: logout },
  ]
}

function noLogin(): Reply {
  return authPage({
    status: 404,
    title: 'There is nowhere to log in',
    text: 'Error, page not found. No provider is set up: --auth-provider names one.',
    link: null,
  })
}

function onward({ location, cookies }: Onward): Reply {
  return { status: 302, type: null, body: '', headers: { Location: location, 'Set-Cookie': cookies } }
}

function refusal({ withPrefix }: Call, problem: UmbelError, cookies: readonly string[]): Reply {
  const status = STATUS[problem.code]
  const page = authPage({
    status,
    title: status === 429 ? 'Too many tries' : 'Not logged in',
    text: problem.message,
    link: { href: withPrefix('/login'), text: 'Log in again' },
    cookies,
  })
  if (!isProblem(problem, 'request/too-many')) return page
  return { ...page, headers: { ...page.headers, 'Retry-After': String(problem.facts.retryAfterSeconds) } }
}
