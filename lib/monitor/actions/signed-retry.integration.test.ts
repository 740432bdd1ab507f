/** Retry from the page in a cluster that believes signed messages only, with the keys of the app that `--app` names. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBroker } from '../../broker/open-broker.ts'
import { Celery } from '../../client/celery.ts'
import { openResults } from '../../results/open-results.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { pythonPath, startCelery } from '../../testing/celery.ts'
import { type RedisServer, startRedis } from '../../testing/redis.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { createMonitor } from '../monitor.ts'

let redis: RedisServer
let keys = ''
const ends: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  redis = await startRedis()
  keys = await mkdtemp(join(tmpdir(), 'umbel-keys-'))
  const program = new URL('../../../tests/compat/signatures.py', import.meta.url).pathname
  await promisify(execFile)(pythonPath(), [program, 'make', keys])
})

afterAll(async () => {
  for (const end of ends.reverse()) await end()
  await redis.stop()
  await rm(keys, { recursive: true })
})

test('a signed task is signed again, and Python runs it', async () => {
  const { url } = redis
  const app = new Celery('signed', {
    ...{ broker: url, backend: url, task_serializer: 'auth', result_serializer: 'auth', accept_content: ['auth'] },
    security_key: join(keys, 'js.key'),
    security_key_password: 'secret',
    security_certificate: join(keys, 'js.pem'),
    security_cert_store: join(keys, '[jp]*.pem'),
  })
  app.setupSecurity()
  ends.push(() => app.close())
  const python = await startCelery({ broker: url, app: 'signed_app', env: { UMBEL_TEST_KEYS: keys } })
  ends.push(() => python.stop())
  const runtime = createRuntime()
  const broker = openBroker(url, { runtime })
  const results = openResults(url, { runtime, codecs: app.compiled.codecs })
  const monitor = createMonitor({
    ...{ runtime, broker, results, app, dataDir: null, version: 'test' },
    alerts: { rules: [], channels: [] },
    settings: { queuePollMs: 200 },
  })
  void broker.open()
  await monitor.start(new AbortController().signal)
  ends.push(async () => {
    await monitor.stop()
    await results.close()
    await broker.close()
  })

  const seen = await app.sendTask('signed.add', [2, 3])
  expect(await seen.get({ timeout: 40 })).toBe(5)
  await waitFor(() => monitor.cluster.task(seen.id)?.state === 'SUCCESS' && monitor.inspector.answers('py@test').conf)
  const input = { tasks: [seen.id], queue: 'celery', args: '[2, 3]', kwargs: '{}' }
  const { commands } = await monitor.actions.run({ user: 'anna', role: 'admin' }, 'task.retry', input)

  expect(await app.result(commands[0]?.newTaskId ?? '').get({ timeout: 40 })).toBe(5)
})
