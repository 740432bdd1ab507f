/** A real OpenID Connect provider (npm's oidc-provider) on a free port. Whoever comes is `person`, without a question. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { Provider } from 'oidc-provider'
import { freePort } from './free-port.ts'

export interface OidcPerson {
  readonly sub: string
  readonly email: string
  readonly email_verified: boolean
  readonly groups: readonly string[]
}

export interface OidcServer {
  readonly issuer: string
  person: OidcPerson
  stop(): Promise<void>
}

export const OIDC_CLIENT = { id: 'umbel', secret: 'a-secret-that-is-long-enough-for-a-test' } as const

export async function startOidcServer(redirectUri: string): Promise<OidcServer> {
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}`
  const server: { person: OidcPerson } = {
    person: { sub: 'ann', email: 'ann@example.com', email_verified: true, groups: [] },
  }
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: OIDC_CLIENT.id,
        client_secret: OIDC_CLIENT.secret,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['groups'] },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    cookies: { keys: ['of-the-test'] },
    interactions: { url: () => '/whoever-comes' },
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ ...server.person, sub: id }) }),
    async loadExistingGrant(context: { oidc: { client: { clientId: string }; session: { accountId: string } } }) {
      const { client, session } = context.oidc
      const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId })
      grant.addOIDCScope('openid email profile')
      await grant.save()
      return grant
    },
  })
  const answer = provider.callback()
  const http = createServer((req, res) => {
    if (req.url?.startsWith('/whoever-comes') !== true) return answer(req, res)
    provider.interactionFinished(req, res, { login: { accountId: server.person.sub } }).catch(() => res.destroy())
  })
  http.listen(port, '127.0.0.1')
  await once(http, 'listening')
  return Object.assign(server, {
    issuer,
    async stop() {
      http.close()
      http.closeAllConnections()
    },
  })
}
