/** Results over TLS: stored, read and waited for by Umbel and by Python's client, and never in clear text instead. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Celery } from '../../client/celery.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { runPython } from '../../testing/celery.ts'
import { freePort } from '../../testing/free-port.ts'
import { type RedisServer, startRedis } from '../../testing/redis.ts'
import { meta } from '../conformance.ts'
import { openResults } from '../open-results.ts'

const runtime = createRuntime()
const dir = mkdtempSync(join(tmpdir(), 'umbel-tls-'))
const certificate = join(dir, 'server.pem')
let server: RedisServer
let place: string

beforeAll(async () => {
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const files = ['-keyout', join(dir, 'server.key'), '-out', certificate]
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...names, ...files], {
    stdio: 'ignore',
  })
  const port = await freePort()
  const tls = ['--tls-port', String(port), '--tls-cert-file', certificate, '--tls-key-file', join(dir, 'server.key')]
  server = await startRedis({ args: [...tls, '--tls-ca-cert-file', certificate, '--tls-auth-clients', 'no'] })
  place = `rediss://localhost:${port}/0`
})
afterAll(async () => {
  await server?.stop()
  rmSync(dir, { recursive: true, force: true })
})

test('stored by one, waited for by the other', async () => {
  const store = openResults(`${place}?ssl_ca_certs=${certificate}`, { runtime })
  const app = new Celery('tls', { broker: 'memory://', backend: `${place}?ssl_ca_certs=${certificate}` })
  const waiting = app.result('ours').get({ timeout: 40 })
  await store.set(meta('ours', 'SUCCESS', 7), null)
  expect(await waiting).toBe(7)

  const url = `${place}?ssl_cert_reqs=required&ssl_ca_certs=${certificate}`
  const code = `
from celery import Celery
app = Celery('tls', backend='${url}')
print(app.AsyncResult('ours').get(timeout=40))
app.backend.store_result('theirs', 'text', 'SUCCESS')
`
  expect((await runPython(code, { broker: server.url })).trim()).toBe('7')
  expect(await store.get('theirs')).toMatchObject({ status: 'SUCCESS', result: 'text' })
  await app.close()
  await store.close()
})

test('an authority that nobody knows is refused with the reason', async () => {
  const store = openResults(place, { runtime, readyTimeoutMs: 500 })
  await expect(store.get('ours')).rejects.toMatchObject({
    code: 'broker/unreachable',
    facts: { reason: expect.stringContaining('certificate') },
  })
  await store.close()
})
