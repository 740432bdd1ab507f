/**
 * Google, GitHub, GitLab and Okta in the shapes their documentation gives (read in November 2026), on a server that
 * stands in for them; and an OpenID Connect provider that lies.
 */
import { createHmac, createSign, generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createHandBrowser } from '../../testing/hand-browser.ts'
import { type Asked, type StandIn, startStandIn } from '../../testing/oauth-stand-in.ts'
import { type RedisServer, startRedis } from '../../testing/redis.ts'
import { startUmbelServer, type UmbelServer } from '../../testing/umbel-server.ts'
import type { ProviderKind, ProviderOptions } from './providers/provider.ts'

let redis: RedisServer
let there: StandIn
const servers = new Map<string, UmbelServer>()
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })

const provider = (kind: ProviderKind, more: Partial<ProviderOptions> = {}): ProviderOptions => ({
  ...{ kind, clientId: 'the-id', clientSecret: 'the-secret', redirectUri: null, issuer: null },
  ...{ githubDomain: there.url, gitlabDomain: there.url, gitlabGroups: [], gitlabAccessLevel: 20 },
  oktaBaseUrl: `${there.url}/oauth2/default`,
  ...more,
})

beforeAll(async () => {
  redis = await startRedis()
  there = await startStandIn()
  const kinds: Readonly<Record<string, ProviderOptions>> = {
    google: provider('google', { issuer: there.url }),
    github: provider('github'),
    gitlab: provider('gitlab'),
    'gitlab groups': provider('gitlab', { gitlabGroups: ['team/backend'], gitlabAccessLevel: 30 }),
    okta: provider('okta'),
  }
  for (const [name, options] of Object.entries(kinds)) {
    const access = {
      auth: '.*@example.com',
      provider: options,
      roles: [{ who: 'group:ops', role: 'operator' }],
    } as const
    servers.set(name, await startUmbelServer({ broker: redis.url, access, xheaders: true, apiIsOpen: () => false }))
  }
})
afterAll(async () => {
  for (const server of servers.values()) await server.stop()
  await there?.stop()
  await redis?.stop()
})
beforeEach(() => {
  there.asked.length = 0
})

/** To the provider and back with a code. What became of it: who is there now, or the page that says why nobody is. */
async function logIn(name: string) {
  const base = servers.get(name)?.url ?? ''
  const browser = createHandBrowser()
  const sent = new URL((await browser.ask(`${base}/login`)).headers.get('location') ?? '')
  nonce = sent.searchParams.get('nonce') ?? ''
  // Each from an address of its own: who fails too often has to wait.
  tries += 1
  const headers = { 'X-Real-Ip': `10.0.0.${tries}` }
  const back = await browser.ask(`${base}/login?code=the-code&state=${sent.searchParams.get('state')}`, { headers })
  const me = await browser.ask(`${base}/umbel/me`)
  return { sent, status: back.status, page: await back.text(), me: me.ok ? ((await me.json()) as unknown) : null }
}
let nonce = ''
let tries = 0

const bearer = { access_token: 'the-token', token_type: 'Bearer', scope: 'user:email' }
const asked = (path: string) => there.asked.find((each) => each.path === path)

/** Whoever has the code must have the verifier that belongs to the challenge. */
function expectPkce(sent: URL, token: Asked | undefined): void {
  const form = Object.fromEntries(token?.form ?? [])
  expect(form).toMatchObject({ grant_type: 'authorization_code', code: 'the-code', code_verifier: expect.any(String) })
  expect(sent.searchParams.get('code_challenge')).toHaveLength(43)
  expect(form['redirect_uri']).toBe(sent.searchParams.get('redirect_uri'))
}

describe('GitHub', () => {
  const emails = [
    { email: 'octocat@users.noreply.github.com', verified: true, primary: false, visibility: null },
    { email: 'second@example.com', verified: true, primary: false, visibility: null },
    { email: 'ann@example.com', verified: true, primary: true, visibility: 'private' },
    { email: 'eve@example.com', verified: false, primary: false, visibility: null },
  ]
  const answers = (found: unknown) => ({
    '/login/oauth/access_token': () => bearer,
    '/api/v3/user/emails': () => found,
  })

  it('logs in by the main one of the verified addresses that fit', async () => {
    there.answers = answers(emails)

    const { sent, me } = await logIn('github')

    expect(`${sent.origin}${sent.pathname}`).toBe(`${there.url}/login/oauth/authorize`)
    expect(sent.searchParams.get('scope')).toBe('user:email')
    expectPkce(sent, asked('/login/oauth/access_token'))
    expect(asked('/api/v3/user/emails')?.headers.authorization).toBe('token the-token')
    expect(me).toMatchObject({ user: 'ann@example.com', role: 'admin' })
  })

  it.each([
    ['no address is verified', [emails[3]], 'Access denied'],
    ['none fits', [emails[0]], 'Access denied'],
    ['there are none', [], 'Access denied'],
    ['it may not be asked for', 404, 'the OAuth app needs the permission'],
    ['it is something else', { message: 'no' }, 'cannot be read'],
  ])('refuses when %s', async (_what, found, words) => {
    there.answers = answers(found)

    const { status, page, me } = await logIn('github')

    expect([status, me]).toEqual([403, null])
    expect(page).toContain(words)
  })

  it('refuses a code that GitHub refuses with status 200', async () => {
    there.answers = { '/login/oauth/access_token': () => ({ error: 'bad_verification_code' }) }

    expect(await logIn('github')).toMatchObject({ status: 403, me: null })
  })
})

describe('GitLab', () => {
  const user = {
    id: 1,
    username: 'ann',
    email: 'ann@example.com',
    confirmed_at: '2026-01-01T00:00:00Z',
    state: 'active',
  }
  const page = (path: string) => Array.from({ length: 100 }, (_, i) => ({ id: i, full_path: `${path}/${i}` }))
  const answers = (person: unknown, groups: (asked: Asked) => unknown) => ({
    '/oauth/token': () => ({ ...bearer, scope: 'read_api' }),
    '/api/v4/user': () => person,
    '/api/v4/groups': groups,
  })

  it('logs in by the confirmed address', async () => {
    there.answers = answers(user, () => [{ id: 7, full_path: 'ops' }])

    const { sent, me } = await logIn('gitlab')

    expect(sent.searchParams.get('scope')).toBe('read_api')
    expectPkce(sent, asked('/oauth/token'))
    expect(asked('/api/v4/user')?.headers.authorization).toBe('Bearer the-token')
    expect(me).toMatchObject({ user: 'ann@example.com', role: 'operator' })
  })

  it('finds the allowed group on a later page, at the level that counts', async () => {
    there.answers = answers(user, ({ query }) =>
      query.get('page') === '3' ? [{ id: 9, full_path: 'team/backend' }] : page(`other${query.get('page')}`),
    )

    expect(await logIn('gitlab groups')).toMatchObject({ me: { user: 'ann@example.com' } })
    expect(asked('/api/v4/groups')?.query.get('min_access_level')).toBe('30')
  })

  it.each([
    [
      'no group of theirs is allowed',
      user,
      [
        { id: 1, full_path: 'team' },
        { id: 2, full_path: 'team/backend2' },
      ],
    ],
    ['they have no group', user, []],
    ['the address is not confirmed', { ...user, confirmed_at: null }, [{ id: 1, full_path: 'team/backend' }]],
    ['the address does not fit', { ...user, email: 'ann@example.org' }, [{ id: 1, full_path: 'team/backend' }]],
    ['the groups cannot be read', user, 500],
  ])('refuses when %s', async (_what, person, groups) => {
    there.answers = answers(person, () => groups)

    expect(await logIn('gitlab groups')).toMatchObject({ status: 403, me: null })
  })
})

describe('Okta', () => {
  const info = { sub: '00u1', email: 'ann@example.com', email_verified: true, groups: ['Everyone', 'ops'] }
  const answers = (person: unknown, token: object = {}) => ({
    '/oauth2/default/v1/token': () => ({ ...bearer, scope: 'openid email', ...token }),
    '/oauth2/default/v1/userinfo': () => person,
  })

  it('logs in by a verified address, without asking more than Flower does', async () => {
    there.answers = answers(info)

    const { sent, me } = await logIn('okta')

    expect(`${sent.origin}${sent.pathname}`).toBe(`${there.url}/oauth2/default/v1/authorize`)
    expect(sent.searchParams.get('scope')).toBe('openid email')
    expectPkce(sent, asked('/oauth2/default/v1/token'))
    expect(me).toMatchObject({ user: 'ann@example.com', role: 'operator' })
  })

  it.each([
    ['not verified', { ...info, email_verified: false }],
    ['not said to be verified', { sub: '00u1', email: 'ann@example.com' }],
    ['missing', { sub: '00u1', email_verified: true }],
    ['another', { ...info, email: 'ann@example.com.evil' }],
  ])('refuses when the address is %s', async (_what, person) => {
    there.answers = answers(person)

    expect(await logIn('okta')).toMatchObject({ status: 403, me: null })
  })

  it.each([
    ['another nonce', { nonce: 'x', aud: 'the-id' }],
    ['another client', { aud: 'other' }],
    ['no nonce', { nonce: undefined, aud: 'the-id' }],
  ])('refuses an id token with %s', async (_what, claims) => {
    there.answers = {
      ...answers(info),
      '/oauth2/default/v1/token': () => ({ ...bearer, id_token: idToken({ nonce, ...claims }) }),
    }

    expect(await logIn('okta')).toMatchObject({ status: 403, me: null })
  })
})

describe('Google, and any provider of OpenID Connect', () => {
  const seconds = () => Math.floor(Date.now() / 1_000)
  const claims = () => ({
    ...{ iss: there.url, aud: 'the-id', azp: 'the-id', sub: '1101', nonce, hd: 'example.com' },
    ...{ email: 'ann@example.com', email_verified: true, iat: seconds(), exp: seconds() + 3_600 },
  })
  const answers = (token: () => string) => ({
    '/.well-known/openid-configuration': () => ({
      issuer: there.url,
      authorization_endpoint: `${there.url}/o/oauth2/v2/auth`,
      token_endpoint: `${there.url}/token`,
      jwks_uri: `${there.url}/certs`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
      code_challenge_methods_supported: ['plain', 'S256'],
    }),
    '/certs': () => ({ keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: '1', use: 'sig', alg: 'RS256' }] }),
    '/token': () => ({ ...bearer, expires_in: 3_599, scope: 'openid', id_token: token() }),
  })

  it('logs in by a signed id token', async () => {
    there.answers = answers(() => idToken(claims()))

    const { sent, me } = await logIn('google')

    expect(sent.searchParams.get('scope')).toBe('openid profile email')
    expectPkce(sent, asked('/token'))
    expect(me).toMatchObject({ user: 'ann@example.com', role: 'admin' })
  })

  it.each<[string, () => string]>([
    ['another nonce', () => idToken({ ...claims(), nonce: 'x' })],
    ['no nonce', () => idToken({ ...claims(), nonce: undefined })],
    ['another audience', () => idToken({ ...claims(), aud: 'other' })],
    ['another issuer', () => idToken({ ...claims(), iss: 'https://evil.example' })],
    ['an end that is past', () => idToken({ ...claims(), exp: seconds() - 3_600 })],
    ['no signature', () => idToken(claims(), { alg: 'none' }, () => '')],
    ['a signature of somebody else', () => idToken(claims(), {}, signedBy(other.privateKey))],
    ['the public key as a secret', () => idToken(claims(), { alg: 'HS256' }, signedWithPublicKey)],
    ['a key that is a path', () => idToken(claims(), { kid: '../../../dev/null' }, signedBy(other.privateKey))],
    ['an address that is not verified', () => idToken({ ...claims(), email_verified: false })],
    ['no word on whether it is', () => idToken({ ...claims(), email_verified: undefined })],
    ['no address', () => idToken({ ...claims(), email: undefined })],
    ['an address that does not fit', () => idToken({ ...claims(), email: 'ann@evil.example' })],
    ['what is no token', () => 'a.b.c'],
  ])('refuses %s', async (_what, token) => {
    there.answers = answers(token)

    expect(await logIn('google')).toMatchObject({ status: 403, me: null })
  })
})

const other = generateKeyPairSync('rsa', { modulusLength: 2048 })

function idToken(claims: object, header: object = {}, sign = signedBy(keys.privateKey)): string {
  const parts = [{ alg: 'RS256', typ: 'JWT', kid: '1', ...header }, claims].map((part) => JSON.stringify(part))
  const body = parts.map((part) => Buffer.from(part).toString('base64url')).join('.')
  return `${body}.${sign(body)}`
}

function signedBy(key: typeof keys.privateKey): (body: string) => string {
  return (body) => createSign('RSA-SHA256').update(body).sign(key, 'base64url')
}

function signedWithPublicKey(body: string): string {
  const pem = keys.publicKey.export({ format: 'pem', type: 'spki' })
  return createHmac('sha256', pem).update(body).digest('base64url')
}
