/**
 * Who may do what: every action by every role, over HTTP, by password and by token; and the table that is promised to
 * people (docs/authentication.md).
 */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ACTIONS } from '../../monitor/actions/actions.ts'
import { grantedActions } from '../../monitor/actions/operator-grants.ts'
import { ROLES, type Role } from '../../monitor/contracts.ts'
import { createHandBrowser } from '../../testing/hand-browser.ts'
import { openLiveView } from '../../testing/live-view.ts'
import { type RedisServer, startRedis } from '../../testing/redis.ts'
import { startUmbelServer, type UmbelServer } from '../../testing/umbel-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { hashOf } from './api-tokens.ts'

let redis: RedisServer
let umbel: UmbelServer
let open: UmbelServer
let dataDir: string
const basic = (user: string) => ({ Authorization: `Basic ${Buffer.from(`${user}:pw`).toString('base64')}` })
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })
const CONFIGURED = 'umb_of_the_configuration_0123456789'

beforeAll(async () => {
  redis = await startRedis()
  dataDir = await mkdtemp(join(tmpdir(), 'umbel-roles-'))
  const roles = ROLES.map((role) => ({ who: role, role }))
  umbel = await startUmbelServer({
    broker: redis.url,
    basicAuth: [...ROLES, 'somebody'].map((user) => `${user}:pw`),
    access: { roles, dataDir, apiTokens: [{ name: 'ci', scope: 'operate', hash: hashOf(CONFIGURED) }] },
    apiIsOpen: () => false,
  })
  const apiTokens = [{ name: 'reader', scope: 'read', hash: hashOf(CONFIGURED) }] as const
  open = await startUmbelServer({ broker: redis.url, access: { apiTokens }, apiIsOpen: () => false })
})
afterAll(async () => {
  await umbel?.stop()
  await open?.stop()
  await redis?.stop()
  await rm(dataDir, { recursive: true, force: true })
})

const ask = (path: string, headers: Record<string, string>, init: RequestInit = {}) =>
  fetch(`${umbel.url}${path}`, { redirect: 'manual', ...init, headers: { ...headers, ...init.headers } })
const post = (path: string, headers: Record<string, string>, body: unknown) =>
  ask(path, headers, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } })
const may = (role: Role, needed: Role) => ROLES.indexOf(role) >= ROLES.indexOf(needed)

/** reliability-security.md 3.5, with what is optional there left to admins; any role that asks for more is a mistake. */
const PROMISED: Readonly<Record<string, Role>> = {
  'task.revoke': 'operator',
  'task.retry': 'operator',
  'task.abort': 'operator',
  'task.rate-limit': 'operator',
  'alert.silence': 'operator',
  'queue.put-back': 'operator',
  'worker.inspect': 'viewer',
  'task.send': 'admin',
  'task.time-limit': 'admin',
  'queue.discard': 'admin',
  'queue.purge': 'admin',
  'queue.pause': 'admin',
  'queue.resume': 'admin',
  'worker.shutdown': 'admin',
  'worker.pool-grow': 'admin',
  'worker.pool-shrink': 'admin',
  'worker.autoscale': 'admin',
  'worker.pool-restart': 'admin',
  'worker.add-consumer': 'admin',
  'worker.cancel-consumer': 'admin',
  'alert.save-rule': 'admin',
  'alert.delete-rule': 'admin',
  'alert.save-channel': 'admin',
  'alert.delete-channel': 'admin',
  'alert.test-channel': 'admin',
}

it('keeps the table', () => {
  const roles = Object.fromEntries(ACTIONS.map(({ name, role }) => [name, role]))

  expect(roles).toMatchObject(PROMISED)
})

describe.each(ROLES)('a %s', (role) => {
  it.each(ACTIONS.map(({ name, role: needed }) => [name, needed] as const))('and %s', async (name, needed) => {
    // No input at all: who may do it is told what is missing, and nothing is done.
    const { status } = await post(`/umbel/actions/${name}`, basic(role), {})

    if (may(role, needed)) expect(status).not.toBe(403)
    else expect(status).toBe(403)
  })

  it.each([
    ['GET', '/umbel/access', 'admin'],
    ['GET', '/umbel/audit', 'admin'],
    ['GET', '/umbel/audit.csv', 'admin'],
    ['POST', '/umbel/tokens', 'admin'],
    ['POST', '/umbel/tokens/x/revoke', 'admin'],
    ['GET', '/api/tasks', 'viewer'],
    ['POST', '/api/task/revoke/x', 'operator'],
    ['POST', '/api/task/abort/x', 'operator'],
    ['POST', '/api/task/async-apply/x', 'admin'],
    ['POST', '/api/task/send-task/x', 'admin'],
  ] as const)('and %s %s', async (method, path, needed) => {
    const { status } = method === 'GET' ? await ask(path, basic(role)) : await post(path, basic(role), {})

    if (may(role, needed)) expect(status).not.toBe(403)
    else expect(status).toBe(403)
  })
})

describe('an API token', () => {
  const create = async (name: string, scope: string, days: number | null = null) => {
    const response = await post('/umbel/tokens', basic('admin'), { name, scope, days })
    expect(response.status).toBe(200)
    return (await response.json()) as { token: string; view: { id: string; prefix: string } }
  }
  const me = async (token: string) => (await ask('/umbel/me', bearer(token))).json()

  it.each([
    ['read', 'viewer'],
    ['operate', 'operator'],
    ['admin', 'admin'],
  ])('with scope %s is a %s', async (scope, role) => {
    const { token, view } = await create(`of-${scope}`, scope)

    expect(token).toMatch(/^umb_[\w-]{43}$/)
    expect(token.startsWith(view.prefix)).toBe(true)
    expect(await me(token)).toMatchObject({ user: `of-${scope}`, role, via: 'token', canLogOut: false })
    expect((await post('/api/task/send-task/x', bearer(token), {})).status).toBe(role === 'admin' ? 200 : 403)
  })

  it('is kept as a hash in a file of its owner, and survives a restart with it', async () => {
    const { token } = await create('kept', 'read')
    const file = join(dataDir, 'api-tokens.json')

    const text = await readFile(file, 'utf8')

    expect(text).toContain(hashOf(token))
    expect(text).not.toContain(token)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const again = await startUmbelServer({ broker: redis.url, access: { dataDir }, apiIsOpen: () => false })
    expect((await fetch(`${again.url}/api/task/types`, { headers: bearer(token) })).status).toBe(200)
    await again.stop()
  })

  it('is worth nothing once it is revoked', async () => {
    const { token, view } = await create('short', 'admin')
    expect((await ask('/api/task/types', bearer(token))).status).toBe(200)

    expect((await post(`/umbel/tokens/${view.id}/revoke`, basic('admin'), {})).status).toBe(200)

    expect((await ask('/api/task/types', bearer(token))).status).toBe(401)
    expect((await ask('/tasks', bearer(token))).status).toBe(401)
  })

  it('tells when and from where it was last used', async () => {
    await ask('/api/task/types', bearer(CONFIGURED))
    const access = (await (await ask('/umbel/access', basic('admin'))).json()) as { tokens: { name: string }[] }

    expect(access.tokens.find(({ name }) => name === 'ci')).toMatchObject({
      ...{ source: 'configuration', scope: 'operate', prefix: '', lastUsedFrom: '127.0.0.1' },
      lastUsedMs: expect.any(Number),
    })
    expect(JSON.stringify(access)).not.toContain(hashOf(CONFIGURED))
  })

  it.each([
    ['', 'umb_', 'umb_x', `${CONFIGURED}x`, CONFIGURED.slice(0, -1), CONFIGURED.toUpperCase(), 'x'.repeat(8_000)],
  ])('is none of %j', async (...wrong) => {
    for (const token of wrong) expect((await ask('/api/task/types', bearer(token))).status).toBe(401)
  })

  it.each([
    [{ name: '', scope: 'read' }, 'name'],
    [{ name: 'x'.repeat(61), scope: 'read' }, 'name'],
    [{ name: 'a', scope: 'root' }, 'scope'],
    [{ name: 'a', scope: 'read', days: 0 }, 'days'],
    [{ name: 'a', scope: 'read', days: '7' }, 'days'],
    [{ scope: 'read' }, 'name'],
  ])('is not made of %j', async (input, field) => {
    const response = await post('/umbel/tokens', basic('admin'), input)

    expect(response.status).toBe(400)
    expect(((await response.json()) as { error: { facts: object } }).error.facts).toMatchObject({ field })
  })

  it('has a name of its own', async () => {
    expect((await post('/umbel/tokens', basic('admin'), { name: 'ci', scope: 'read' })).status).toBe(409)
  })

  it("opens Flower's API where nobody has to log in, and only that far", async () => {
    const at = (path: string, headers: Record<string, string>, method = 'GET') =>
      fetch(`${open.url}${path}`, { method, headers }).then(({ status }) => status)

    expect(await at('/api/task/types', {})).toBe(401)
    expect(await at('/api/task/types', bearer(CONFIGURED))).toBe(200)
    expect(await at('/api/task/revoke/x', bearer(CONFIGURED), 'POST')).toBe(403)
    expect(await at('/api/task/types', bearer('umb_wrong'))).toBe(401)
  })

  it('and its makers are in the audit, refused ones too', async () => {
    await post('/umbel/tokens', basic('viewer'), { name: 'mine', scope: 'admin' })
    await post('/api/task/revoke/some-id', bearer(CONFIGURED), {})

    const { lines } = (await (await ask('/umbel/audit', basic('admin'))).json()) as { lines: object[] }

    const how = { via: 'basic', from: '127.0.0.1' }
    expect(lines).toContainEqual(
      expect.objectContaining({ ...how, action: 'token.create', who: 'admin', targets: ['kept'] }),
    )
    expect(lines).toContainEqual(
      expect.objectContaining({ action: 'token.revoke', targets: ['short'], outcome: 'done' }),
    )
    expect(lines).toContainEqual(
      expect.objectContaining({ action: 'token.create', who: 'viewer', targets: ['mine'], outcome: 'refused' }),
    )
    expect(lines).toContainEqual(
      expect.objectContaining({ action: 'task.revoke', who: 'ci', via: 'token:ci', targets: ['some-id'] }),
    )
    expect(JSON.stringify(lines)).not.toContain('umb_')
  })

  it('the audit as a table cannot run anything', async () => {
    await post('/umbel/tokens', basic('viewer'), { name: '=cmd|calc', scope: 'read' })

    const text = await (await ask('/umbel/audit.csv?what=token', basic('admin'))).text()

    expect(text.split('\r\n')[0]).toBe('time,who,role,from,via,action,objects,count,result,reason')
    expect(text).toContain(`"'=cmd|calc"`)
  })
})

it('whom no line names is a viewer where somebody is named admin', async () => {
  expect(await (await ask('/umbel/me', basic('somebody'))).json()).toMatchObject({ user: 'somebody', role: 'viewer' })
})

it('a browser without a name is asked for one, whatever it has kept', async () => {
  const browser = createHandBrowser()
  browser.setCookie(umbel.url, 'user', 'x')

  expect((await browser.ask(`${umbel.url}/`)).status).toBe(401)
})

it('wrong passwords are held up, with the time to wait, and told in the audit', async () => {
  const wrong = { Authorization: `Basic ${Buffer.from('eve:x').toString('base64')}` }
  const answers = []
  for (let i = 0; i < 15; i++) answers.push(await ask('/', wrong))

  expect(answers.map(({ status }) => status)).toEqual([...Array(10).fill(401), ...Array(5).fill(429)])
  expect(Number(answers.at(-1)?.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await ask('/', basic('admin'))).status).toBe(200)
  const { lines } = (await (await ask('/umbel/audit?who=eve', basic('admin'))).json()) as { lines: object[] }
  expect(lines).toHaveLength(10)
  expect(lines[0]).toMatchObject({ action: 'login', outcome: 'refused', who: 'eve', from: '127.0.0.1' })
})

describe('with --hide-arguments and --operator-may', () => {
  const ID = '5f4dcc3b-0000-4000-8000-000000000001'
  let set: UmbelServer

  beforeAll(async () => {
    const client = redis.connect()
    const ended = { status: 'SUCCESS', result: 'SECRET', task_id: ID, name: 'proj.add', args: ['SECRET'] }
    const more = { kwargs: { key: 'SECRET' }, children: [], traceback: null, date_done: '2026-01-01T00:00:00' }
    await client.set(`celery-task-meta-${ID}`, JSON.stringify({ ...ended, ...more }))
    const headers = { id: 'm', task: 'proj.add', lang: 'py', argsrepr: "('SECRET',)", kwargsrepr: '{}' }
    const body = Buffer.from(JSON.stringify([['SECRET'], {}, {}])).toString('base64')
    const delivery = {
      delivery_info: { exchange: '', routing_key: 'shut' },
      delivery_tag: 'm',
      body_encoding: 'base64',
    }
    const kinds = { 'content-type': 'application/json', 'content-encoding': 'utf-8' }
    await client.lpush(
      'shut',
      JSON.stringify({ body, headers, properties: { correlation_id: 'm', ...delivery }, ...kinds }),
    )
    client.disconnect()
    const roles = ROLES.map((role) => ({ who: role, role }))
    set = await startUmbelServer({
      broker: redis.url,
      basicAuth: ROLES.map((user) => `${user}:pw`),
      access: { roles, hideArguments: true, operatorMay: grantedActions(['send', 'pool']) },
      apiIsOpen: () => false,
    })
    await waitFor(() => set.monitor.cluster.task(ID) !== undefined)
  })
  afterAll(() => set?.stop())

  const PATHS = [
    '/api/tasks',
    `/api/task/info/${ID}`,
    `/api/task/result/${ID}`,
    '/tasks/datatable?draw=1&start=0&length=9&order[0][column]=0',
    '/umbel/tasks',
    '/umbel/tasks/export.csv',
    '/umbel/tasks/export.json',
    `/umbel/tasks/${ID}/arguments`,
    `/umbel/tasks/${ID}/raw`,
    '/umbel/queues/shut/messages',
    '/umbel/queues/shut/messages?q=SECRET',
  ]
  const read = async (path: string, who: Role) => (await fetch(`${set.url}${path}`, { headers: basic(who) })).text()

  it.each(PATHS)('%s tells a viewer no arguments, and an operator all', async (path) => {
    const [seen, whole] = await Promise.all([read(path, 'viewer'), read(path, 'operator')])

    expect([seen, whole].map((text) => text.includes('SECRET') || text.includes(btoa('SECRET')))).toEqual([false, true])
    expect(seen).toMatch(/proj\.add|hidden/)
  })

  it.each(['tasks', `task?id=${ID}`])('the live view %s neither', async (topic) => {
    const views = (['viewer', 'operator'] as const).map((who) => openLiveView(set.url, topic, basic(who)))
    const texts = () => views.map((view) => JSON.stringify(view.current()))
    await waitFor(() => texts()[1]?.includes('SECRET') === true && texts()[0]?.includes('proj.add') === true)

    expect(texts()[0]).not.toContain('SECRET')
    for (const view of views) view.close()
  })

  it('what is hidden cannot be found out by searching', async () => {
    const found = async (path: string, who: Role) => JSON.parse(await read(path, who)) as object
    const all = { matched: 1, problems: [] }
    const problems = ['Arguments and results are hidden from you, so they cannot be searched.']

    expect(await found('/umbel/tasks?q=SECRET', 'operator')).toMatchObject(all)
    expect(await found('/umbel/tasks?q=proj.add', 'viewer')).toMatchObject(all)
    expect(await found('/umbel/tasks?q=SECRET', 'viewer')).toMatchObject({ matched: 0, problems: [] })
    expect(await found('/umbel/tasks?q=args:SECRET', 'viewer')).toMatchObject({ matched: 0, problems })
    expect(await found('/api/tasks?search=SECRET', 'viewer')).toEqual({})
    expect(await read('/api/tasks?search=kwargs:key=SECRET', 'viewer')).toBe(problems[0])
  })

  it('an operator may do what was named, and nothing else of an admin; a viewer nothing', async () => {
    const json = { 'Content-Type': 'application/json' }
    const status = async (name: string, who: Role) => {
      const asked = { method: 'POST', headers: { ...basic(who), ...json }, body: '{}' }
      return (await fetch(`${set.url}/umbel/actions/${name}`, asked)).status
    }

    expect(await Promise.all(['task.send', 'worker.pool-grow'].map((name) => status(name, 'operator')))).not.toContain(
      403,
    )
    const others = ['worker.shutdown', 'worker.pool-restart', 'queue.purge', 'task.time-limit']
    expect(new Set(await Promise.all(others.map((name) => status(name, 'operator'))))).toEqual(new Set([403]))
    expect(await Promise.all(['task.send', 'task.retry'].map((name) => status(name, 'viewer')))).toEqual([403, 403])
    const grants = ['task.send', 'worker.pool-grow', 'worker.pool-shrink', 'worker.autoscale']
    expect(JSON.parse(await read('/umbel/me', 'operator'))).toMatchObject({ role: 'operator', grants })
    expect(JSON.parse(await read('/umbel/me', 'viewer'))).toMatchObject({ grants: [] })
  })
})
