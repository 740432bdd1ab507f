/** Logging in at a real OpenID Connect provider, and what somebody could try against it. */
import { io } from 'socket.io-client'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { SOCKET_PATH } from '../../live/socket.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { freePort } from '../../testing/free-port.ts'
import { createHandBrowser, type HandBrowser } from '../../testing/hand-browser.ts'
import { OIDC_CLIENT, type OidcServer, startOidcServer } from '../../testing/oidc-server.ts'
import { type RedisServer, startRedis } from '../../testing/redis.ts'
import { startUmbelServer, type UmbelServer } from '../../testing/umbel-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import type { AccessSettings } from './access.ts'

let redis: RedisServer
let oidc: OidcServer
let umbel: UmbelServer
let port: number
const base = () => `http://127.0.0.1:${port}`

function accessTo(issuer: string): Partial<AccessSettings> {
  return {
    auth: '.*@example.com',
    cookieSecret: 'of the test',
    roles: [
      { who: 'group:ops', role: 'admin' },
      { who: '.*@example.com', role: 'operator' },
    ],
    provider: {
      ...{ kind: 'oidc', clientId: OIDC_CLIENT.id, clientSecret: OIDC_CLIENT.secret, issuer },
      redirectUri: `${base()}/login`,
      ...{ githubDomain: '', gitlabDomain: '', gitlabGroups: [], gitlabAccessLevel: 20, oktaBaseUrl: '' },
    },
  }
}

beforeAll(async () => {
  port = await freePort()
  redis = await startRedis()
  oidc = await startOidcServer(`${base()}/login`)
  umbel = await startUmbelServer({ broker: redis.url, port, access: accessTo(oidc.issuer), apiIsOpen: () => false })
})
beforeEach(() => {
  oidc.person = { sub: 'ann', email: 'ann@example.com', email_verified: true, groups: [] }
})
afterAll(async () => {
  await umbel?.stop()
  await oidc?.stop()
  await redis?.stop()
})

const isBack = (url: string) => url.startsWith(`${base()}/login?`) && url.includes('code=')
const me = async (browser: HandBrowser) => {
  const response = await browser.ask(`${base()}/umbel/me`)
  return response.ok ? ((await response.json()) as unknown) : response.status
}

it('comes back to the page that was asked for, with name and role', async () => {
  const browser = createHandBrowser()

  const { response, url } = await browser.visit(`${base()}/tasks?q=state%3Afailed`)

  expect([response.status, url]).toEqual([200, `${base()}/tasks?q=state%3Afailed`])
  expect(await me(browser)).toMatchObject({
    user: 'ann@example.com',
    role: 'operator',
    via: 'session',
    canLogOut: true,
  })
  expect(browser.cookies(base())).not.toContain('oauth_state')
})

it('sends state, nonce and a PKCE challenge, and no secret', async () => {
  const response = await createHandBrowser().ask(`${base()}/login?next=/tasks`)

  const location = new URL(response.headers.get('location') ?? '')
  expect(location.origin).toBe(oidc.issuer)
  expect(Object.fromEntries(location.searchParams)).toEqual({
    ...{ client_id: 'umbel', redirect_uri: `${base()}/login`, scope: 'openid email profile', response_type: 'code' },
    ...{ code_challenge_method: 'S256', code_challenge: expect.stringMatching(/^[\w-]{43}$/) },
    ...{ state: expect.stringMatching(/^[\w-]{32}$/), nonce: expect.stringMatching(/^[\w-]{43}$/) },
  })
  const [cookie = ''] = response.headers.getSetCookie()
  expect(cookie).toMatch(/^oauth_state=[\w.-]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/)
})

it('gives the role of a group', async () => {
  oidc.person = { ...oidc.person, sub: 'bob', email: 'bob@example.com', groups: ['dev', 'ops'] }
  const browser = createHandBrowser()

  await browser.visit(`${base()}/`)

  expect(await me(browser)).toMatchObject({ user: 'bob@example.com', role: 'admin' })
})

it.each([
  ['an address that does not fit', { email: 'ann@example.org' }, 'Access denied to &#39;ann@example.org&#39;'],
  ['an address that is not verified', { email_verified: false }, 'Access denied.'],
  ['a look-alike', { email: 'ann@example.com.evil.org' }, 'Access denied'],
])('refuses %s with a page that says so', async (_what, person, words) => {
  oidc.person = { ...oidc.person, sub: `sub-${words}`, ...person }
  const browser = createHandBrowser()

  const { response } = await browser.visit(`${base()}/`)

  expect(response.status).toBe(403)
  expect(await response.text()).toContain(words)
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(await me(browser)).toBe(401)
})

it('ends the session at the log-out, also for a copy of the cookie', async () => {
  const browser = createHandBrowser()
  await browser.visit(`${base()}/`)
  const copy = createHandBrowser()
  for (const pair of browser.cookies(base()).split('; ')) {
    copy.setCookie(base(), pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
  }
  expect(await me(copy)).toMatchObject({ user: 'ann@example.com' })

  const out = await browser.ask(`${base()}/logout`)

  expect(out.status).toBe(200)
  expect(await out.text()).toContain('You have been logged out')
  expect(await me(copy)).toBe(401)
  expect(await me(browser)).toBe(401)
})

it('cuts off the pages that were open at the log-out', async () => {
  const browser = createHandBrowser()
  await browser.visit(`${base()}/`)
  const socket = io(base(), {
    path: SOCKET_PATH,
    transports: ['websocket'],
    extraHeaders: { Cookie: browser.cookies(base()) },
    reconnection: false,
  })
  await waitFor(() => socket.connected, { what: 'the socket' })

  await browser.ask(`${base()}/logout`)

  await waitFor(() => socket.disconnected, { what: 'the end of the socket' })
  socket.connect()
  const refused = await new Promise((resolve) => socket.once('connect_error', resolve))
  expect(refused).toBeInstanceOf(Error)
  socket.close()
})

it('asks at each request whether the address still fits', async () => {
  const browser = createHandBrowser()
  await browser.visit(`${base()}/`)
  const access = { ...accessTo(oidc.issuer), auth: 'bob@example.com|.ann@example.com' }
  const stricter = await startUmbelServer({ broker: redis.url, access })

  const { status } = await fetch(`${stricter.url}/umbel/me`, { headers: { Cookie: browser.cookies(base()) } })

  expect(status).toBe(401)
  await stricter.stop()
})

it('behind a proxy with TLS speaks of https, and its cookies go nowhere else', async () => {
  const settings = accessTo(oidc.issuer)
  const provider = settings.provider == null ? null : { ...settings.provider, redirectUri: null }
  const proxied = await startUmbelServer({ broker: redis.url, access: { ...settings, provider }, xheaders: true })

  const response = await fetch(`${proxied.url}/login`, { headers: { 'X-Scheme': 'https' }, redirect: 'manual' })

  expect(response.headers.getSetCookie()).toEqual([
    expect.stringMatching(/^oauth_state=.*; HttpOnly; SameSite=Lax; Secure$/),
  ])
  const sent = new URL(response.headers.get('location') ?? '')
  expect(sent.searchParams.get('redirect_uri')).toBe(`https://127.0.0.1:${proxied.port}/login`)
  await proxied.stop()
})

it('takes each answer of the provider once, in the browser that asked for it', async () => {
  const browser = createHandBrowser()
  const { url } = await browser.visit(`${base()}/login`, isBack)
  const before = browser.cookies(base())
  const thief = createHandBrowser()
  const stolen = await thief.ask(url)
  expect(stolen.status).toBe(403)
  expect(await stolen.text()).toContain('State tokens do not match. Please try logging in again.')

  expect((await browser.ask(url)).status).toBe(302)
  const again = await thief.ask(url, { headers: { Cookie: before } })

  expect(again.status).toBe(403)
  expect(await me(browser)).toMatchObject({ user: 'ann@example.com' })
})

it.each([
  ['no state', (url: URL) => url.searchParams.delete('state')],
  ['another state', (url: URL) => url.searchParams.set('state', 'x'.repeat(32))],
  ['an empty state', (url: URL) => url.searchParams.set('state', '')],
  ['another code', (url: URL) => url.searchParams.set('code', 'x')],
  ['a refusal', (url: URL) => url.searchParams.set('error', 'access_denied')],
  ['another issuer', (url: URL) => url.searchParams.set('iss', 'https://evil.example')],
])('refuses %s', async (_what, change) => {
  const browser = createHandBrowser()
  const { url } = await browser.visit(`${base()}/login`, isBack)
  const changed = new URL(url)
  change(changed)

  const response = await browser.ask(changed.href)

  expect(response.status).toBe(403)
  expect(await response.text()).toContain('Please try logging in again.')
  expect(await me(browser)).toBe(401)
})

it.each([
  '//evil.example',
  '/\\evil.example',
  'http://evil.example',
  'https:evil.example',
  '/\t/evil.example',
  'javascript:alert(1)',
])('goes home instead of to %j', async (next) => {
  const { url } = await createHandBrowser().visit(`${base()}/login?next=${encodeURIComponent(next)}`)

  expect(url).toBe(`${base()}/`)
})

it('lets one browser log in in several tabs at once', async () => {
  const browser = createHandBrowser()
  const tabs = []
  for (const next of ['/tasks', '/queues', '/workers']) tabs.push(await browser.ask(`${base()}/login?next=${next}`))

  const ends = []
  for (const tab of tabs) ends.push((await browser.visit(tab.headers.get('location') ?? '')).url)

  expect(ends).toEqual([`${base()}/tasks`, `${base()}/queues`, `${base()}/workers`])
})

it('lets many people log in at once', async () => {
  const browsers = Array.from({ length: 8 }, createHandBrowser)
  await Promise.all(browsers.map((browser) => browser.visit(`${base()}/`)))

  for (const browser of browsers) expect(await me(browser)).toMatchObject({ user: 'ann@example.com' })
  expect(new Set(browsers.map((browser) => browser.cookies(base()))).size).toBe(8)
})

it('asks somebody with a cookie for the token of Flower too', async () => {
  const browser = createHandBrowser()
  await browser.visit(`${base()}/`)
  const token = /_xsrf=(\w+)/.exec(browser.cookies(base()))?.[1] ?? ''
  const post = (headers: Record<string, string>) =>
    browser.ask(`${base()}/umbel/actions/worker.inspect`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json', ...headers },
    })

  expect((await post({})).status).toBe(403)
  expect((await post({ 'X-XSRFToken': 'other' })).status).toBe(403)
  expect((await post({ 'X-XSRFToken': token, 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403)
  expect((await post({ 'X-XSRFToken': token })).status).toBe(200)
})

it.each([
  ['changed', (cookie: string) => cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))],
  ['of another server', () => 'W10.zzzzzzzz.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
  ['of Tornado', () => '"2|1:0|10:1700000000|4:user|20:YW5uQGV4YW1wbGUuY29t|abcdef"'],
  ['of 8 kB', () => 'x'.repeat(8_000)],
  ['of nothing', () => ''],
])('does not let in a cookie %s', async (_what, forge) => {
  const browser = createHandBrowser()
  await browser.visit(`${base()}/`)
  const user = /(?:^|; )user=([^;]+)/.exec(browser.cookies(base()))?.[1] ?? ''
  browser.setCookie(base(), 'user', forge(user))

  expect(await me(browser)).toBe(401)
  expect((await browser.ask(`${base()}/tasks`)).headers.get('location')).toBe('/login?next=%2Ftasks')
  expect((await browser.ask(`${base()}/api/task/types`)).headers.get('location')).toBe(
    '/login?next=%2Fapi%2Ftask%2Ftypes',
  )
})

it('tells in the audit who came, who did not, and who went', async () => {
  const { lines } = await umbel.monitor.audit.read({
    who: '',
    what: '',
    q: '',
    outcome: null,
    before: null,
    limit: 500,
  })

  const seen = lines.map(({ action, outcome, who, from }) => `${action} ${outcome} ${who} ${from}`)
  expect(seen).toContain('login done ann@example.com 127.0.0.1')
  expect(seen).toContain('login refused ann@example.org 127.0.0.1')
  expect(seen).toContain('login failed null 127.0.0.1')
  expect(seen).toContain('logout done ann@example.com 127.0.0.1')
})

it('says so when the provider is away, and works when it is back', async () => {
  const other = await startUmbelServer({
    broker: redis.url,
    access: accessTo('http://127.0.0.1:1'),
    runtime: createRuntime(),
  })

  const response = await createHandBrowser().ask(`${other.url}/login`)

  expect(response.status).toBe(403)
  expect(await response.text()).toContain('The provider does not answer. Please try logging in again.')
  await other.stop()
})

it('holds up who makes up answers, and nobody else', async () => {
  const statuses = []
  for (let i = 0; i < 30; i++) {
    const { status, headers } = await createHandBrowser().ask(`${base()}/login?code=x&state=made-up-${i}`)
    statuses.push(status)
    if (status === 429) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  }

  expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(10)
  const browser = createHandBrowser()
  await browser.visit(`${base()}/`)
  expect(await me(browser)).toMatchObject({ user: 'ann@example.com' })
})
