/** Clusters that take one format only, and no JSON: tasks, retries and remote control travel in it, both ways. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Celery } from '../lib/client/index.ts'
import { runPython, startCelery } from '../lib/testing/celery.ts'
import { type RedisServer, startRedis } from '../lib/testing/redis.ts'
import { startUmbelWorker } from '../lib/testing/umbel-worker.ts'
import { waitFor } from '../lib/testing/wait-for.ts'

let redis: RedisServer
const ends: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  redis = await startRedis()
})
afterAll(async () => {
  for (const end of ends.reverse()) await end()
  await redis.stop()
})

const FORMATS = ['pickle', 'msgpack'] as const

function appOf(format: (typeof FORMATS)[number], url: string): Celery {
  const app = new Celery('plain', {
    ...{ broker: url, backend: url, task_serializer: format, result_serializer: format, accept_content: [format] },
    event_serializer: format,
  })
  app.task('plain.add', { params: ['x', 'y'] }, (x: number, y: number) => x + y)
  app.task('plain.again', { bind: true, maxRetries: 1 }, (self) => {
    if (self.request.retries === 0) throw self.retry({ countdown: 0 })
    return 'second'
  })
  ends.push(() => app.close())
  return app
}

test.each(FORMATS)('a Python worker of %s answers us, and not who asks in JSON', async (format) => {
  const url = redis.url.replace(/\d+$/, String(FORMATS.indexOf(format)))
  const env = { UMBEL_TEST_FORMAT: format, C_FORCE_ROOT: '1' }
  const python = await startCelery({ broker: url, app: 'plain_app', env, concurrency: 1 })
  ends.push(() => python.stop())
  const { control } = appOf(format, url)
  const destination = ['py@test']

  expect(await control.inspect({ timeout: 40, destination }).ping()).toEqual({ 'py@test': { ok: 'pong' } })
  expect(await control.inspect({ timeout: 40, destination }).stats()).toMatchObject({
    'py@test': { pid: python.pid },
  })
  expect(await control.rateLimit('plain.add', '5/s', { reply: true, timeout: 40, destination })).toEqual([
    { 'py@test': { ok: 'new rate limit set successfully' } },
  ])

  const other = new Celery('json', { broker: url, backend: url })
  ends.push(() => other.close())
  expect(await other.control.inspect({ timeout: 0.5 }).ping()).toBeNull()
  await waitFor(() => python.output().includes('Refusing to deserialize untrusted content of type json'))
})

test.each(FORMATS)('a worker of ours that takes %s runs, retries and answers in it', async (format) => {
  const url = redis.url.replace(/\d+$/, String(4 + FORMATS.indexOf(format)))
  const app = appOf(format, url)
  const ours = await startUmbelWorker({ url, app, resultOptions: { serializer: format } })
  ends.push(ours.stop)
  const program = `
import json
from plain_app import app, add, again
heard = []
with app.connection_for_read() as connection:
    app.conf.event_serializer = app.conf.task_serializer
    def take(event):
        heard.append(event['hostname'])
        receiver.should_stop = True
    receiver = app.events.Receiver(connection, handlers={'worker-heartbeat': take})
    receiver.capture(limit=None, timeout=60, wakeup=True)
print(json.dumps([heard[0], add.delay(2, 3).get(timeout=40), again.delay().get(timeout=40), app.control.ping(timeout=40, limit=1)]))`
  const printed = await runPython(program, { broker: url, env: { UMBEL_TEST_FORMAT: format } })

  expect(JSON.parse(printed)).toEqual(['ts@test', 5, 'second', [{ 'ts@test': { ok: 'pong' } }]])
})
