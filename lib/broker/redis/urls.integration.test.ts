/** Every kind of Redis URL, with Celery on the same one: TLS, a socket file, logins, database numbers, prefixes. */
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openResults } from '../../results/open-results.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { runPython } from '../../testing/celery.ts'
import { freePort } from '../../testing/free-port.ts'
import { type RedisServer, startRedis } from '../../testing/redis.ts'
import { sampleEnvelope } from '../../testing/sample-envelope.ts'
import { waitFor } from '../../testing/wait-for.ts'
import type { Broker } from '../broker.ts'
import { createRedisBroker } from './redis-broker.ts'

let dir: string
let server: RedisServer
let tlsPort: number
let socket: string
let ca: string
const open: Broker[] = []

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { cwd: dir, stdio: 'ignore' })
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'umbel-tls-'))
  for (const name of ['ca', 'other']) {
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`, ...out(name))
  }
  openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost', '-keyout', 'server.key', '-out', 'csr')
  execFileSync('sh', ['-c', 'echo subjectAltName=DNS:localhost > san'], { cwd: dir })
  const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'san']
  openssl('x509', '-req', '-in', 'csr', ...signing, '-out', 'server.pem')
  const [cert, key] = ['server.pem', 'server.key'].map((name) => join(dir, name))
  ca = join(dir, 'ca.pem')
  socket = join(dir, 'redis.sock')
  tlsPort = await freePort()
  const tls = ['--tls-port', String(tlsPort), '--tls-cert-file', cert ?? '', '--tls-key-file', key ?? '']
  const args = [...tls, '--tls-ca-cert-file', ca, '--tls-auth-clients', 'no', '--unixsocket', socket]
  server = await startRedis({ args })
  const login = ['on', `>${PASSWORD}`, '~*', '&*', '+@all']
  await server.connect().call('ACL', 'SETUSER', USER, ...login)
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})
afterAll(async () => {
  await server.stop()
  await rm(dir, { recursive: true, force: true })
})

const USER = 'tëam'
const PASSWORD = 'a@b:c/d?e#f%g;h'
const LOGIN = `${encodeURIComponent(USER)}:${encodeURIComponent(PASSWORD)}`

function out(name: string): readonly string[] {
  return ['-keyout', `${name}.key`, '-out', `${name}.pem`]
}
function broker(url: string, transportOptions: Record<string, unknown> = {}): Broker {
  const made = createRedisBroker({ url, runtime: createRuntime(), transportOptions })
  open.push(made)
  return made
}

interface Place {
  readonly name: string
  readonly url: () => string
  readonly prefix?: string
  readonly resultPrefix?: string
  /** Where the message and the result must be. */
  readonly db?: number
}

const places: readonly Place[] = [
  { name: 'TLS', url: () => `rediss://localhost:${tlsPort}/0?ssl_cert_reqs=required&ssl_ca_certs=${ca}` },
  { name: 'TLS, unchecked', url: () => `rediss://127.0.0.1:${tlsPort}/2?ssl_cert_reqs=none`, db: 2 },
  { name: 'a socket file', url: () => `redis+socket://${socket}?virtual_host=3`, db: 3 },
  { name: 'a user', url: () => `redis://${LOGIN}@127.0.0.1:${server.port}/4`, db: 4 },
  {
    name: 'a user, TLS',
    url: () => `rediss://${LOGIN}@localhost:${tlsPort}/5?ssl_cert_reqs=CERT_REQUIRED&ssl_ca_certs=${ca}`,
    db: 5,
  },
  { name: 'prefixes', url: () => `redis://127.0.0.1:${server.port}/6`, db: 6, prefix: 'team', resultPrefix: 'pfx' },
]

test.each(places)('$name: a task from Celery, one to it, events and results both ways', async (place) => {
  const { prefix = '', resultPrefix = '', db = 0 } = place
  const url = place.url()
  const one = broker(url, prefix === '' ? {} : { global_keyprefix: prefix })
  const results = openResults(url, { runtime: createRuntime(), keyPrefix: resultPrefix })
  const redis = server.connect()
  await redis.select(db)
  await redis.flushdb()
  await one.open()
  const got: unknown[] = []
  const heard: string[] = []
  one.consume({
    queues: ['q'],
    prefetch: 0,
    onDelivery(delivery) {
      got.push(delivery.envelope.headers['n'])
      void delivery.ack()
    },
  })
  await one.fanout.subscribe('celeryev', '#', ({ routingKey }) => heard.push(routingKey))
  await one.publish('back', sampleEnvelope(5, { queue: 'back' }))
  const meta = { status: 'SUCCESS', result: 6, traceback: null, children: [], date_done: null, task_id: 'ours' }
  await results.set(meta, null)

  const program = `
from celery import Celery
from celery.events import EventDispatcher
app = Celery('s', broker=${JSON.stringify(url)}, backend=${JSON.stringify(url)})
app.conf.broker_transport_options = {'global_keyprefix': ${JSON.stringify(prefix)}}
app.conf.result_backend_transport_options = {'global_keyprefix': ${JSON.stringify(resultPrefix)}}
app.send_task('proj.add', (1, 2), queue='q', headers={'n': 7})
app.backend.store_result('theirs', 42, 'SUCCESS')
with app.connection_for_write() as connection:
    EventDispatcher(connection, 'w@here').send('worker-online')
    queue = app.amqp.queues.select_add('back')(connection.channel())
    queue.declare()
    print(queue.get(no_ack=True).headers['n'], app.AsyncResult('ours').get())
`
  expect(await runPython(program, { broker: url })).toBe('5 6\n')

  await waitFor(() => got.length > 0 && heard.length > 0)
  expect([got, heard]).toEqual([[7], ['worker.online']])
  expect(await results.get('theirs')).toMatchObject({ status: 'SUCCESS', result: 42 })
  await waitFor(async () => (await one.queues.unacked(1)).total === 0)
  const metas = ['ours', 'theirs'].map((id) => `${resultPrefix && `${resultPrefix}_`}celery-task-meta-${id}`)
  const keys = (await redis.keys('*')).sort()
  expect(keys.filter((key) => !metas.includes(key) && !key.startsWith(prefix))).toEqual([])
  expect(keys).toEqual(expect.arrayContaining(metas))
  await results.close()
})

test.each([
  ['another authority', () => `rediss://localhost:${tlsPort}/0?ssl_ca_certs=${dir}/other.pem`, 'trusted authority', 30],
  ['another host name', () => `rediss://127.0.0.1:${tlsPort}/0?ssl_ca_certs=${ca}`, 'another host name', 30],
  // Nothing is said by either side: it is known by the time that has passed.
  ['no TLS there', () => `rediss://localhost:${server.port}/0?ssl_cert_reqs=none`, 'no TLS handshake', 0.5],
] as const)('TLS refuses: %s', async (_, url, reason, timeoutSeconds) => {
  const one = broker(url(), { socket_connect_timeout: timeoutSeconds })
  one.open().catch(() => {})

  await waitFor(() => one.status().state === 'reconnecting')

  expect(one.status().reason).toContain(reason)
  const failure = await one.publish('q', sampleEnvelope(1)).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'broker/unreachable', message: expect.stringContaining(reason) })
})

test('ssl_check_hostname=false: the right authority is enough', async () => {
  const one = broker(`rediss://127.0.0.1:${tlsPort}/0?ssl_ca_certs=${ca}&ssl_check_hostname=false`)

  await one.open()

  expect(one.status().state).toBe('ready')
})
