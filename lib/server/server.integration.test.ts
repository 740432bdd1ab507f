/** Every door of the server, from outside: who may come in, what each answer carries, what is refused. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isUmbelError } from '../errors.ts'
import { type RedisServer, startRedis } from '../testing/redis.ts'
import { startUmbelServer, type UmbelServer } from '../testing/umbel-server.ts'
import { waitFor } from '../testing/wait-for.ts'

let redis: RedisServer
const servers: Record<string, UmbelServer> = {}
const basic = (text: string) => ({ Authorization: `Basic ${Buffer.from(text).toString('base64')}` })

beforeAll(async () => {
  redis = await startRedis()
  const broker = redis.url
  servers['closed'] = await startUmbelServer({ broker, apiIsOpen: () => false })
  servers['open'] = await startUmbelServer({ broker })
  servers['login'] = await startUmbelServer({ broker, basicAuth: ['ann:se:cret', 'jörg:pä55'], apiIsOpen: () => false })
  servers['readonly'] = await startUmbelServer({ broker, readOnly: true })
  await waitFor(() => Object.values(servers).every(({ broker }) => broker.status().state === 'ready'))
})

afterAll(async () => {
  for (const server of Object.values(servers)) await server.stop()
  await redis?.stop()
})

function ask(server: string, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${servers[server]?.url}${path}`, { redirect: 'manual', ...init })
}

/** Sends bytes as they are; everything that comes back until the server hangs up. */
async function raw(server: string, text: string): Promise<string> {
  const socket = connect(servers[server]?.port ?? 0, '127.0.0.1')
  let answer = ''
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1')
  })
  socket.on('error', () => {}) // a reset is an answer too
  socket.write(text)
  await Promise.race([once(socket, 'close'), once(socket, 'end')])
  socket.destroy()
  return answer
}

const API = ['/api/tasks', '/api/task/types', '/api/workers', '/api/queues/length', '/api/workers?status=1']
const OWN = ['/umbel/me', '/umbel/broker', '/umbel/queues/celery/messages']
const OPEN = ['/healthcheck', '/metrics']

describe('who may come in', () => {
  it.each(API)('%s without authentication waits for FLOWER_UNAUTHENTICATED_API', async (path) => {
    const refused = await ask('closed', path)
    expect(refused.status).toBe(401)
    expect(await refused.text()).toBe(
      'FLOWER_UNAUTHENTICATED_API environment variable is required to enable API without authentication',
    )
    expect(refused.headers.get('content-type')).toBe('text/plain; charset=UTF-8')
    expect(refused.headers.get('www-authenticate')).toBeNull()
    expect(refused.headers.get('access-control-allow-origin')).toBeNull()
    expect((await ask('closed', path, { method: 'OPTIONS' })).status).toBe(401)
    const open = await ask('open', path)
    expect(open.status).toBe(200)
    expect(open.headers.get('access-control-allow-origin')).toBe('*')
    expect((await ask('open', path, { method: 'OPTIONS' })).status).toBe(204)
  })

  it.each([...API, ...OWN, '/', '/tasks'])('%s asks for a password where there is one', async (path) => {
    expect((await ask('login', path)).status).toBe(401)
    expect((await ask('login', path, { headers: basic('ann:wrong') })).status).toBe(401)
    expect((await ask('login', path, { headers: basic('ann') })).status).toBe(401)
    expect((await ask('login', path, { headers: { Authorization: 'Basic %%%' } })).status).toBe(401)
    expect((await ask('login', path, { headers: basic('ann:se:cret') })).status).toBe(200)
    expect((await ask('login', path, { headers: basic('jörg:pä55') })).status).toBe(200)
    const answer = await ask('login', path, { headers: basic('ann:se:cret') })
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  })

  it("asks for it in Flower's two ways", async () => {
    const page = await ask('login', '/tasks')
    expect(page.headers.get('www-authenticate')).toBe('Basic realm="flower"')
    expect(await page.text()).toBe('Access denied')
    const api = await ask('login', '/api/tasks')
    expect(api.headers.get('www-authenticate')).toBeNull()
    expect(api.headers.get('content-type')).toBe('text/html; charset=UTF-8')
    expect(await api.text()).toBe('')
  })

  it.each([...OPEN, '/_next/static/chunks/a.js'])('%s is open to everybody', async (path) => {
    for (const server of ['closed', 'open', 'login', 'readonly']) expect((await ask(server, path)).status).toBe(200)
  })

  it.each([
    '/_next/static/../../tasks',
    '/_next/static/%2e%2e/%2e%2e/tasks',
    '/_next/static/..%2ftasks',
    '/_next/static/..%5ctasks',
    '/_next//static/x',
    '/healthcheck/',
    '/metrics/x',
    '/HEALTHCHECK',
  ])('%s is no way around', async (path) => {
    expect(await raw('login', `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1.1 401/)
  })

  it('gives everybody who logged in all rights, and nobody in read-only mode', async () => {
    const ann = await ask('login', '/umbel/me', { headers: basic('ann:se:cret') })
    expect(await ann.json()).toMatchObject({ user: 'ann', role: 'admin', readOnly: false, via: 'basic' })
    expect(await (await ask('readonly', '/umbel/me')).json()).toMatchObject({
      user: null,
      role: 'viewer',
      readOnly: true,
    })
  })

  it('without authentication lets others than this machine look, not act', async () => {
    expect(await (await ask('closed', '/umbel/me')).json()).toMatchObject({ role: 'admin' })
    const proxied = await ask('closed', '/umbel/me', { headers: { 'X-Forwarded-For': '10.1.1.1' } })
    expect(await proxied.json()).toMatchObject({ role: 'viewer' })
    const rebound = await raw('closed', 'GET /umbel/me HTTP/1.1\r\nHost: evil.example:80\r\nConnection: close\r\n\r\n')
    expect(rebound).toContain('"role":"viewer"')
  })
})

describe('requests that another site makes', () => {
  const post = (headers: Record<string, string>, server = 'open') =>
    ask(server, '/umbel/actions/worker.inspect', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: '{}',
    })

  it.each([
    [{ 'Sec-Fetch-Site': 'cross-site' }, 'Cross-site request forbidden'],
    [{ 'Sec-Fetch-Site': 'same-site' }, 'Cross-site request forbidden'],
    [{ 'Sec-Fetch-Site': 'none' }, 'Cross-site request forbidden'],
    [{ Origin: 'http://evil.example' }, 'Cross-origin request forbidden'],
    [{ Origin: 'null' }, 'Cross-origin request forbidden'],
  ])('%j are refused', async (headers, message) => {
    const answer = await post(headers)
    expect(answer.status).toBe(403)
    expect((await answer.json()).error).toMatchObject({ code: 'request/cross-site', message })
  })

  it('come through from our own page and from programs', async () => {
    expect((await post({ 'Sec-Fetch-Site': 'same-origin' })).status).toBe(200)
    expect((await post({ Origin: servers['open']?.url ?? '' })).status).toBe(200)
    expect((await post({})).status).toBe(200)
  })

  it('cannot be forms, nor GET', async () => {
    const form = await post({ 'Content-Type': 'text/plain' })
    expect(form.status).toBe(415)
    const get = await ask('open', '/umbel/actions/worker.inspect')
    expect(get.status).toBe(405)
    expect(get.headers.get('allow')).toBe('POST')
  })

  it('change nothing for a viewer', async () => {
    const answer = await ask('readonly', '/umbel/actions/task.revoke', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"tasks":["x"]}',
    })
    expect(answer.status).toBe(403)
    expect((await answer.json()).error.code).toBe('request/read-only')
  })
})

describe('what every answer carries', () => {
  const paths = [...API, ...OWN, ...OPEN, '/', '/api/nothing', '/umbel/nothing', '/broker', '/_next/static/a.js']

  it.each(paths)('%s', async (path) => {
    for (const server of ['open', 'login']) {
      const { headers } = await ask(server, path)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
      expect(headers.get('permissions-policy')).toContain('camera=()')
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none';.*frame-ancestors 'none'/)
      expect(headers.get('content-security-policy')).not.toContain('unsafe')
      expect(headers.get('x-powered-by')).toBeNull()
      expect(headers.get('server')).toBeNull()
      if (!path.startsWith('/_next/static/')) expect(headers.get('cache-control')).toBe('no-store')
    }
  })

  it('gives each page a nonce of its own, and hands it to Next', async () => {
    const nonces = new Set<string>()
    for (let i = 0; i < 50; i += 1) {
      const answer = await ask('open', '/', { headers: { 'Content-Security-Policy': "script-src 'nonce-mine'" } })
      const policy = answer.headers.get('content-security-policy') ?? ''
      expect(await answer.text()).toBe(`page / ${policy}`)
      nonces.add(/'nonce-([\w+/=]{24})'/.exec(policy)?.[1] ?? '')
    }
    expect(nonces.size).toBe(50)
    expect(nonces.has('')).toBe(false)
  })

  it('answers 304 to whoever has it already', async () => {
    const first = await ask('open', '/api/task/types')
    const etag = first.headers.get('etag') ?? ''
    expect((await ask('open', '/api/task/types', { headers: { 'If-None-Match': etag } })).status).toBe(304)
  })
})

describe('health', () => {
  it('is OK at once, and deep when asked', async () => {
    const shallow = await ask('login', '/healthcheck')
    expect(await shallow.text()).toBe('OK')
    const deep = await waitFor(async () => {
      const answer = await ask('login', '/healthcheck?deep=1')
      return answer.status === 200 ? answer : null
    })
    expect(await deep.json()).toMatchObject({ ok: true })
  })
})

describe('bad requests', () => {
  const head = 'HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n'

  it.each([
    ['an address of another server', `GET http://evil.example/ ${head}\r\n`, 400],
    ['two slashes', `GET //evil.example/ ${head}\r\n`, 400],
    ['a long address', `GET /${'a'.repeat(9_000)} ${head}\r\n`, 414],
    ['many headers', `GET / ${head}${Array.from({ length: 120 }, (_, i) => `X-${i}: 1\r\n`).join('')}\r\n`, 431],
    ['large headers', `GET / ${head}X: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['no HTTP at all', 'hello there\r\n\r\n', 400],
    ['two lengths', `POST /umbel/actions/x ${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, 400],
    [
      'length and chunks',
      `POST /umbel/actions/x ${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ['TRACE', `TRACE / ${head}\r\n`, 405],
    ['a POST to a page', `POST /tasks ${head}Content-Length: 0\r\n\r\n`, 405],
    ['a server action', `POST / ${head}Next-Action: x\r\nContent-Length: 0\r\n\r\n`, 405],
    ['the image optimiser', `GET /_next/image?url=http%3A%2F%2Fevil&w=64&q=75 ${head}\r\n`, 404],
    [
      'a large body',
      `POST /umbel/actions/x ${head}Content-Type: application/json\r\nContent-Length: 2000000\r\n\r\n`,
      413,
    ],
    ['an upgrade elsewhere', `GET /umbel/x ${head.replace('close', 'Upgrade, close')}Upgrade: websocket\r\n\r\n`, 404],
    [
      'an upgrade to another server',
      `GET http://evil/ ${head.replace('close', 'Upgrade, close')}Upgrade: websocket\r\n\r\n`,
      400,
    ],
  ])('%s', async (_, text, status) => {
    const answer = await raw('open', text)
    expect(answer.split(' ')[1]).toBe(String(status))
    expect(answer).not.toMatch(/node:|\.ts:|at \w+ \(/)
    expect((await ask('open', '/healthcheck')).status).toBe(200)
  })

  it.each(['h2c', 'websocket'])('an offer to go on with %s is passed over', async (protocol) => {
    const body = '{"keys": ["x"]}'
    const upgrade = head.replace('close', 'Upgrade, HTTP2-Settings, close')
    const answer = await raw('open', `GET /healthcheck ${upgrade}Upgrade: ${protocol}\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 200 .*\r\n\r\nOK$/s)
    const form = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    const posted = await raw('open', `POST /umbel/actions/none ${upgrade}Upgrade: ${protocol}\r\n${form}`)
    expect(posted).toContain('action/unknown')
  })

  it.each([
    ['application/x-www-form-urlencoded', 'limit=x', "400: Invalid argument 'x' of type 'int'"],
    [
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="limit"\r\n\r\ny\r\n--b--\r\n',
      "400: Invalid argument 'y' of type 'int'",
    ],
    [
      'multipart/form-data',
      'no form',
      '400: The body of the request cannot be read: it is not the form that its content type says',
    ],
    ['text/plain', 'limit=x', '200: {}'],
  ])('a GET with a body of %s', async (type, body, said) => {
    const fields = `Content-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    const answer = await raw('open', `GET /api/tasks?limit=0 ${head}${fields}`)
    expect(answer.replace(/^HTTP\/1.1 (\d+) .*\r\n\r\n/s, '$1: ')).toBe(said)
  })

  it.each([
    ['not JSON', '{', 400],
    ['an array', '[]', 400],
    ['a text', '"x"', 400],
    ['null', 'null', 400],
  ])('a body that is %s', async (_, body, status) => {
    const headers = { 'Content-Type': 'application/json' }
    const answer = await ask('open', '/umbel/actions/task.revoke', { method: 'POST', headers, body })
    expect(answer.status).toBe(status)
    expect((await answer.json()).error.code).toBe('request/bad-body')
  })

  it('an action that does not exist', async () => {
    const answer = await ask('open', '/umbel/actions/cluster.explode', { method: 'POST' })
    expect(answer.status).toBe(404)
    expect((await answer.json()).error.code).toBe('action/unknown')
  })
})

describe('too much', () => {
  it('is refused for an address that is not this machine', async () => {
    // From another address the bucket is in use; its own test counts it.
    const { createTokenBuckets } = await import('./token-bucket.ts')
    let nowMs = 0
    const buckets = createTokenBuckets(50, 200, () => nowMs)
    const taken = () => Array.from({ length: 300 }, () => buckets.take('10.0.0.1')).filter(Boolean).length
    expect(taken()).toBe(200)
    nowMs += 1_000
    expect(taken()).toBe(50)
    expect(buckets.take('10.0.0.2')).toBe(true)
  })
})

describe('the port', () => {
  it('that is taken is told, with the option that changes it', async () => {
    const { listen } = await import('./listen.ts')
    const { createServer } = await import('node:http')
    const port = servers['open']?.port ?? 0
    const failed = await listen(createServer(), '127.0.0.1', port).catch((error: unknown) => error)
    expect(isUmbelError(failed) && failed.message).toBe(
      `port ${port} on 127.0.0.1 is already in use; choose another one with --port=N`,
    )
  })
})
