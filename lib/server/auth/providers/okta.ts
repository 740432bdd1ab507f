import { UmbelError } from '../../../errors.ts'
import { asObject, authorizeUrl, exchangeCode, failed, getJson, type Json } from './oauth.ts'
import { type Attempt, baseUrl, type Provider, type ProviderOptions } from './provider.ts'

/**
 * Okta by the base URL that Flower takes, of any of its authorization servers (flower.md 5.3). With `--oidc-issuer` it is
 * asked as any provider of OpenID Connect instead.
 */
export function createOkta(options: ProviderOptions): Provider {
  const base = baseUrl(options.oktaBaseUrl)
  return {
    label: 'Okta',
    async authorizeUrl(attempt) {
      const url = authorizeUrl(`${base}/v1/authorize`, 'openid email', options, attempt)
      url.searchParams.set('nonce', attempt.nonce)
      return url
    },
    async identify(answer, attempt) {
      const token = await exchangeCode(`${base}/v1/token`, answer, options, attempt)
      checkIdToken(token['id_token'], options.clientId, attempt)
      const headers = { Authorization: `Bearer ${token.access_token}`, Accept: 'application/json' }
      const { email, email_verified: verified, groups } = asObject(await getJson(`${base}/v1/userinfo`, { headers }))
      if (typeof email !== 'string' || verified !== true) throw new UmbelError('login/denied', { email: null })
      return { emails: [email.trim()], groups: Array.isArray(groups) ? groups.map(String) : [] }
    },
  }
}

/**
 * It came over TLS from the token endpoint itself, which stands for its signature (OpenID Connect 3.1.3.7); it must be
 * the answer to this very attempt, for us.
 */
function checkIdToken(idToken: unknown, clientId: string, attempt: Attempt): void {
  if (idToken === undefined) return
  const { nonce, aud } = typeof idToken === 'string' ? claimsOf(idToken) : {}
  const isForUs = Array.isArray(aud) ? aud.includes(clientId) : aud === clientId
  if (nonce !== attempt.nonce || !isForUs) throw failed('The answer of the provider belongs to another log-in')
}

function claimsOf(idToken: string): Json {
  try {
    return asObject(JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString()))
  } catch {
    return {}
  }
}
