/** Who is let in, sent away or refused, asked of the real Flower and of us, started with the same options. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Flower, startFlower } from '../../testing/flower.ts'
import { type RedisServer, startRedis } from '../../testing/redis.ts'
import { startUmbelServer, type UmbelServer } from '../../testing/umbel-server.ts'
import type { AccessSettings } from './access.ts'
import type { ProviderOptions } from './providers/provider.ts'

const BASIC = ['ann:se:cret', 'bob:pass']
const GOOGLE = ['--auth_provider=flower.views.auth.GoogleAuth2LoginHandler', '--oauth2_key=k', '--oauth2_secret=s']
const google: ProviderOptions = {
  ...{ kind: 'google', clientId: 'k', clientSecret: 's', redirectUri: 'http://here/login', issuer: null },
  ...{ githubDomain: 'github.com', gitlabDomain: 'gitlab.com', gitlabGroups: [], gitlabAccessLevel: 20 },
  oktaBaseUrl: '',
}
const basic = (text: string) => ({ Authorization: `Basic ${Buffer.from(text).toString('base64')}` })

interface Setup {
  readonly flower: readonly string[]
  readonly basicAuth: readonly string[]
  readonly access: Partial<AccessSettings>
}

const SETUPS = {
  basic: { flower: [`--basic_auth=${BASIC.join()}`], basicAuth: BASIC, access: {} },
  oauth: {
    flower: ['--auth=.*@example.com', ...GOOGLE, '--oauth2_redirect_uri=http://here/login'],
    basicAuth: [],
    access: { auth: '.*@example.com', provider: google },
  },
  both: {
    flower: [`--basic_auth=${BASIC.join()}`, '--auth=.*@example.com'],
    basicAuth: BASIC,
    access: { auth: '.*@example.com' },
  },
  none: { flower: [], basicAuth: [], access: {} },
} satisfies Record<string, Setup>
type Name = keyof typeof SETUPS
const NAMES = Object.keys(SETUPS) as Name[] // of the record above

let redis: RedisServer
const flowers = new Map<Name, Flower>()
const umbels = new Map<Name, UmbelServer>()

beforeAll(async () => {
  redis = await startRedis()
  await Promise.all(
    NAMES.map(async (name) => {
      const { flower, basicAuth, access } = SETUPS[name]
      const broker = redis.url
      umbels.set(name, await startUmbelServer({ broker, basicAuth, access, apiIsOpen: () => false }))
      flowers.set(name, await startFlower({ broker, args: flower, env: { FLOWER_UNAUTHENTICATED_API: '' } }))
    }),
  )
})

afterAll(async () => {
  await Promise.all([...flowers.values(), ...umbels.values()].map((each) => each.stop()))
  await redis?.stop()
})

interface Asked {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** What a script looks at. The host of a redirect to a provider counts, not what only we send along. */
async function answerOf(url: string, { method = 'GET', path, headers = {}, body }: Asked) {
  const host = new URL(url).host
  const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace('HOST', host)]))
  const init = { method, headers: own, redirect: 'manual', ...(body !== undefined && { body }) } as const
  const response = await fetch(`${url}${path}`, init)
  const text = await response.text()
  const location = response.headers.get('location')
  const isApi = path.startsWith('/api/')
  return {
    status: response.status,
    asks: response.headers.get('www-authenticate'),
    location: location?.startsWith('http') ? `${new URL(location).origin}${new URL(location).pathname}` : location,
    ...(isApi && response.status >= 400 && { text, type: response.headers.get('content-type')?.toLowerCase() }),
    stateCookie: response.headers
      .getSetCookie()
      .some((cookie) => /^oauth_state=[^;]+;.*HttpOnly.*SameSite=Lax/i.test(cookie)),
  }
}

const GETS = [
  ...['/', '/tasks', '/workers', '/tasks?limit=5&a=b%20c&d=é', '/api/task/types', '/api/tasks?limit=2', '/api/workers'],
  ...['/healthcheck', '/metrics', '/logout', '/login', '/login/', '/login?next=/tasks', '/login?code=x&state=y'],
]
const CREDENTIALS: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['nobody', {}],
  ['ann', basic('ann:se:cret')],
  ['a wrong password', basic('ann:wrong')],
  ['half a header', { Authorization: 'Basic' }],
  ['another scheme', { Authorization: 'Bearer xyz' }],
  ['a made up cookie', { Cookie: 'user="2|1:0|10:1700000000|4:user|20:YW5uQGV4YW1wbGUuY29t|abcdef"' }],
]
const POST = '/api/task/revoke/abc'
const ORIGINS: readonly Readonly<Record<string, string>>[] = [
  {},
  { 'Sec-Fetch-Site': 'same-origin' },
  { 'Sec-Fetch-Site': 'cross-site' },
  { 'Sec-Fetch-Site': 'same-site' },
  { 'Sec-Fetch-Site': 'none' },
  { Origin: 'http://HOST' },
  { Origin: 'http://elsewhere' },
  { Origin: 'null' },
  { Authorization: 'Bearer xyz' },
  { Authorization: 'Bearer xyz', 'Sec-Fetch-Site': 'cross-site' },
  { Cookie: '_xsrf=abcdef' },
  { 'X-XSRFToken': 'abcdef' },
  { Cookie: '_xsrf=abcdef', 'X-XSRFToken': 'abcdef' },
  { Cookie: '_xsrf=abcdef', 'X-CSRFToken': 'abcdef' },
  { Cookie: '_xsrf=abcdef', 'X-XSRFToken': 'abcdee' },
]

function both(name: Name, asked: Asked) {
  const [flower, umbel] = [flowers.get(name)?.url ?? '', umbels.get(name)?.url ?? '']
  return Promise.all([answerOf(flower, asked), answerOf(umbel, asked)])
}

describe.each(NAMES)('with %s', (name) => {
  it.each(CREDENTIALS)('lets %s where Flower does', async (_who, headers) => {
    for (const path of GETS) {
      const [flower, umbel] = await both(name, { path, headers })
      expect(umbel, path).toEqual(flower)
    }
  })

  it('answers OPTIONS as Flower does', async () => {
    for (const path of ['/api/task/types', '/api/tasks']) {
      const [flower, umbel] = await both(name, { method: 'OPTIONS', path })
      expect(umbel, path).toEqual(flower)
    }
  })

  it.each(ORIGINS)('refuses a change where Flower does: %j', async (headers) => {
    const known = name === 'basic' || name === 'both' ? { ...basic('ann:se:cret'), ...headers } : headers
    const [flower, umbel] = await both(name, { method: 'POST', path: POST, headers: known })
    // We refuse other sites without a log-in too (docs/flower-compatibility.md: foreign-sites-refused).
    if (name === 'none' && umbel.status === 403) expect(umbel.text).toMatch(/^Cross-(site|origin) request forbidden$/)
    else expect(umbel).toEqual(flower)
  })

  it('takes the token as an argument too', async () => {
    const headers = { Cookie: '_xsrf=abcdef', 'Content-Type': 'application/x-www-form-urlencoded' }
    for (const asked of [
      { path: `${POST}?_xsrf=abcdef`, headers: { Cookie: '_xsrf=abcdef' } },
      { path: POST, headers, body: 'terminate=false&_xsrf=abcdef' },
      { path: POST, headers, body: '_xsrf=other' },
    ]) {
      const [flower, umbel] = await both(name, { method: 'POST', ...asked })
      expect(umbel, JSON.stringify(asked)).toEqual(flower)
    }
  })
})
