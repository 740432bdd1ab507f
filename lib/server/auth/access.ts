/** The gate with all that belongs to it: sessions, tokens, roles, the way to a provider and back. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { AccessView } from '../../live/http.ts'
import type { Audit } from '../../monitor/actions/audit.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { Route } from '../route.ts'
import { accessRoutes } from './access-routes.ts'
import { type ConfiguredToken, createApiTokens } from './api-tokens.ts'
import { parseEmailPattern } from './email-pattern.ts'
import { createGate, type Gate } from './gate.ts'
import { createLoginFlow } from './login-flow.ts'
import { createLoginLimit } from './login-limit.ts'
import { loginRoutes } from './login-routes.ts'
import type { ProviderOptions } from './providers/provider.ts'
import { createRoleRules, type RoleRule } from './roles.ts'
import { createSessions } from './sessions.ts'

/** What is said of log-ins beside basic authentication. */
export interface AccessSettings {
  /** Flower's pattern of addresses (`--auth`); null = nobody logs in at a provider. */
  readonly auth: string | null
  /** Null with `auth`: every page leads to a log-in that is not there, as in Flower. */
  readonly provider: ProviderOptions | null
  readonly roles: readonly RoleRule[]
  /** Viewers see tasks without their arguments and results. */
  readonly hideArguments: boolean
  /** Actions that operators may do beyond their role. */
  readonly operatorMay: readonly string[]
  readonly apiTokens: readonly ConfiguredToken[]
  /** Signs the cookies; null = one of this process, whose sessions end with it. */
  readonly cookieSecret: string | null
  /** Where log-outs and tokens are kept; null = in memory. */
  readonly dataDir: string | null
}

export const NO_ACCESS_SETTINGS: AccessSettings = {
  auth: null,
  provider: null,
  roles: [],
  hideArguments: false,
  operatorMay: [],
  apiTokens: [],
  cookieSecret: null,
  dataDir: null,
}

export interface AccessOptions extends AccessSettings {
  readonly runtime: Runtime
  /** `user:password` entries. */
  readonly basicAuth: readonly string[]
  readonly readOnly: boolean
  readonly apiIsOpen: () => boolean
  readonly audit: Audit
  readonly withPrefix: (path: string) => string
}

export interface Access {
  readonly gate: Gate
  readonly routes: readonly Route[]
  /** Goes up when somebody has lost a right: who is connected must be asked again. */
  readonly changes: number
  /** Reads what was kept. */
  load(): Promise<void>
  close(): Promise<void>
}

export function createAccess(options: AccessOptions): Access {
  const { runtime, audit, basicAuth, auth, provider, dataDir, withPrefix } = options
  const { cookieSecret, apiTokens: configured } = options
  const secret = cookieSecret ?? randomBytes(64).toString('base64')
  const fileOf = (name: string) => (dataDir === null ? null : join(dataDir, name))
  const pattern = auth === null ? null : (parseEmailPattern(auth) ?? (() => false))
  const roles = createRoleRules(options.roles)
  const limit = createLoginLimit(() => runtime.clock.monotonicMs())
  const sessions = createSessions({ runtime, secret, file: fileOf('logged-out.json') })
  const tokens = createApiTokens({ runtime, configured, file: fileOf('api-tokens.json') })
  const gate = createGate({ ...options, pattern, sessions, tokens, roles, limit })
  const flow =
    pattern === null || provider === null
      ? null
      : createLoginFlow({ runtime, secret, provider, pattern, sessions, roles, limit, audit, withPrefix })
  let changes = 0
  const onEnded = () => {
    changes += 1
  }
  const view = (): AccessView => ({
    users: basicAuth.map((entry) => entry.slice(0, entry.indexOf(':'))),
    provider: provider?.kind ?? null,
    pattern: auth,
    roles: roles.lines,
    tokens: tokens.list(),
  })
  return {
    gate,
    routes: [
      ...loginRoutes({ gate, sessions, flow, roles, audit, onEnded }),
      ...accessRoutes({ tokens, audit, view, onEnded }),
    ],
    get changes() {
      return changes
    },
    async load() {
      await Promise.all([sessions.load(), tokens.load()])
      if (pattern !== null && cookieSecret === null) {
        runtime.log.warning('No --cookie-secret: a random one is used, and log-ins end with this process')
      }
      if (pattern !== null && provider === null) {
        runtime.log.warning('--auth without --auth-provider: nobody can log in')
      }
    },
    close: () => tokens.flush(),
  }
}
