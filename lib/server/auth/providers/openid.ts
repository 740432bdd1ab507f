/** Any provider that speaks OpenID Connect: found by its issuer, its tokens checked whole, with state, nonce and PKCE. */
import * as openid from 'openid-client'
import { isUmbelError, UmbelError } from '../../../errors.ts'
import { asObject, failed, type Json } from './oauth.ts'
import { type Attempt, isUsableUrl, type Provider, type ProviderOptions } from './provider.ts'

const TIMEOUT_SECONDS = 10
/** Google's own addresses, so that a log-in begins without asking for them; they are the ones Flower uses. */
const GOOGLE: openid.ServerMetadata = {
  issuer: 'https://accounts.google.com',
  authorization_endpoint: 'https://accounts.google.com/o/oauth2/v2/auth',
  token_endpoint: 'https://oauth2.googleapis.com/token',
  userinfo_endpoint: 'https://openidconnect.googleapis.com/v1/userinfo',
  jwks_uri: 'https://www.googleapis.com/oauth2/v3/certs',
  id_token_signing_alg_values_supported: ['RS256'],
  token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
}

/** Rejects with `login/failed` when the provider cannot be found; the next person's try asks again. */
export async function openOpenId(options: ProviderOptions): Promise<Provider> {
  const config = await configure(options)
  const scope = options.kind === 'google' ? 'openid profile email' : 'openid email profile'
  return {
    label: { google: 'Google', okta: 'Okta' }[options.kind as string] ?? 'your account',
    async authorizeUrl({ redirectUri, state, nonce, verifier }) {
      return openid.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope,
        state,
        nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      })
    },
    identify: (answer, attempt) => identify(config, answer, attempt),
  }
}

async function configure({ kind, issuer, clientId, clientSecret }: ProviderOptions): Promise<openid.Configuration> {
  const metadata = kind === 'google' && issuer === null ? GOOGLE : await discover(issuer ?? '', clientId)
  const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
  const config = new openid.Configuration(metadata, clientId, undefined, clientAuth(clientSecret, methods))
  config.timeout = TIMEOUT_SECONDS
  if (metadata.issuer.startsWith('http:')) openid.allowInsecureRequests(config) // isUsableUrl: this machine only
  // Signatures are checked even though the tokens come from the provider itself.
  openid.enableNonRepudiationChecks(config)
  return config
}

async function discover(issuer: string, clientId: string): Promise<openid.ServerMetadata> {
  if (!isUsableUrl(issuer)) throw failed('--oidc-issuer must be an https address')
  const execute = issuer.startsWith('http:') ? [openid.allowInsecureRequests] : []
  try {
    const found = await openid.discovery(new URL(issuer), clientId, undefined, openid.None(), {
      execute,
      timeout: TIMEOUT_SECONDS,
    })
    return found.serverMetadata()
  } catch (error) {
    throw failed('The provider does not answer', error)
  }
}

function clientAuth(secret: string, methods: readonly string[]): openid.ClientAuth {
  if (secret === '') return openid.None()
  return methods.includes('client_secret_post') ? openid.ClientSecretPost(secret) : openid.ClientSecretBasic(secret)
}

async function identify(config: openid.Configuration, answer: URLSearchParams, attempt: Attempt) {
  try {
    const url = new URL(attempt.redirectUri)
    url.search = answer.toString()
    const tokens = await openid.authorizationCodeGrant(config, url, {
      expectedState: attempt.state,
      expectedNonce: attempt.nonce,
      pkceCodeVerifier: attempt.verifier,
      idTokenExpected: true,
    })
    const claims = tokens.claims()
    if (claims === undefined) throw failed('The provider did not say who it is')
    const isWhole = claims['email'] !== undefined && claims['email_verified'] !== undefined
    const hasMore = config.serverMetadata().userinfo_endpoint !== undefined
    if ((isWhole && claims['groups'] !== undefined) || !hasMore) return identityOf(asObject(claims))
    const more = await openid.fetchUserInfo(config, tokens.access_token, claims.sub)
    return identityOf({ ...claims, ...more })
  } catch (error) {
    throw isUmbelError(error) ? error : failed('The provider did not accept the code', error)
  }
}

function identityOf({ email, email_verified: verified, groups }: Json) {
  if (typeof email !== 'string' || (verified !== true && verified !== 'true')) {
    throw new UmbelError('login/denied', { email: null })
  }
  return { emails: [email], groups: Array.isArray(groups) ? groups.map(String) : [] }
}
