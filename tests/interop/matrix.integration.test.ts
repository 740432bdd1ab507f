/**
 * The interoperability matrix of issue 4: both clients, both workers, every serializer, every compression and ten kinds
 * of calls, with today's Celery and an old one. All calls of a pair are sent at once; the tests then look at how each
 * ended. Python to Python is the control: what holds there must hold everywhere.
 */
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBroker } from '../../lib/broker/open-broker.ts'
import { openResults } from '../../lib/results/open-results.ts'
import { createRuntime } from '../../lib/runtime/runtime.ts'
import { type CeleryRelease, runPython, startCelery } from '../../lib/testing/celery.ts'
import { type RedisServer, startRedis } from '../../lib/testing/redis.ts'
import { startWorker } from '../../worker/worker.ts'
import { createMatrixApp } from '../compat/matrix-tasks.ts'
import {
  CELLS,
  EXPECTED,
  isSendable,
  KINDS,
  type MatrixOutcome,
  UNSENDABLE,
  VALUE,
  WIRE_QUEUE,
  WIRE_TYPES,
} from './cells.ts'
import { runMatrix } from './matrix-client.ts'

type Side = 'TypeScript' | 'Python' | 'old Python'

const PAIRS: readonly { readonly client: Side; readonly worker: Side }[] = [
  { client: 'TypeScript', worker: 'Python' },
  { client: 'Python', worker: 'TypeScript' },
  { client: 'TypeScript', worker: 'TypeScript' },
  { client: 'TypeScript', worker: 'old Python' },
  { client: 'old Python', worker: 'TypeScript' },
  { client: 'Python', worker: 'Python' },
]

describe.each(PAIRS)('$client client, $worker worker', ({ client, worker }) => {
  let redis: RedisServer
  let plain: Redis
  let outcome: MatrixOutcome = {}
  let stopWorker = async () => {}

  beforeAll(async () => {
    redis = await startRedis()
    plain = redis.connect()
    stopWorker = await serve(worker, redis.url, plain)
    outcome = await (client === 'TypeScript' ? sendFromTypeScript(redis.url, plain) : sendFromPython(client, redis.url))
  }, 90_000)
  afterAll(async () => {
    await stopWorker()
    await redis.stop()
  })

  describe.each(CELLS)('$name', ({ name, serializer, compression }) => {
    test.each(KINDS.filter((kind) => isSendable(client, serializer, kind)))('%s', (kind) => {
      expect(outcome[name]?.[kind]).toEqual(EXPECTED[kind])
    })

    test.each(KINDS.filter((kind) => !isSendable(client, serializer, kind)))('%s: Celery cannot write it', (kind) => {
      expect(outcome[name]?.[kind]).toEqual(UNSENDABLE)
    })

    test('is written so', async () => {
      const messages = (await plain.lrange(WIRE_QUEUE, 0, -1)).map((text): RawMessage => JSON.parse(text))
      const ours = messages.filter(
        ({ headers, ...message }) =>
          message['content-type'] === WIRE_TYPES[serializer] &&
          (headers['compression'] ?? null) === (compression === null ? null : WIRE_TYPES[compression]),
      )
      expect(ours).toHaveLength(1)
      expect(ours[0]?.headers['task']).toBe('matrix.echo')
      expect(Number(ours[0]?.body.length) < VALUE.long.length).toBe(compression !== null)
    })
  })
})

/** What Redis holds. */
interface RawMessage {
  readonly body: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly 'content-type': string
}

/** Starts a worker; returns how to stop it. */
async function serve(side: Side, url: string, redis: Redis): Promise<() => Promise<void>> {
  if (side !== 'TypeScript') {
    const options = { broker: url, app: 'matrix_tasks', concurrency: 4, args: ['--without-gossip', '--without-mingle'] }
    const worker = await startCelery({ ...options, release: releaseOf(side), env: PYTHON_ENV })
    return () => worker.stop()
  }
  const runtime = createRuntime()
  const broker = openBroker(url, { runtime })
  const results = openResults(url, { runtime })
  await Promise.all([broker.open(), results.open()])
  const app = createMatrixApp((key) => redis.incr(`ran:${key}`))
  const worker = await startWorker({ app, broker, results, runtime, hostname: 'ts@test', concurrency: 4 })
  return async () => {
    await worker.stop('cold')
    await results.close()
    await broker.close()
  }
}

async function sendFromTypeScript(url: string, redis: Redis): Promise<MatrixOutcome> {
  const app = createMatrixApp(async () => {}, { broker: url, backend: url })
  const outcome = await runMatrix(app, async (key) => Number(await redis.get(`ran:${key}`)))
  await app.close()
  return outcome
}

async function sendFromPython(side: Side, url: string): Promise<MatrixOutcome> {
  const cells = JSON.stringify(CELLS.map(({ serializer, compression }) => [serializer, compression]))
  const given = [cells, JSON.stringify(VALUE)].map((text) => `json.loads(${JSON.stringify(text)})`)
  const program = `import json, matrix_client\nmatrix_client.run(${given.join(', ')})`
  const printed = await runPython(program, { broker: url, release: releaseOf(side) })
  return JSON.parse(printed)
}

/** A worker of root's refuses pickle otherwise. */
const PYTHON_ENV = { C_FORCE_ROOT: '1' }

function releaseOf(side: Side): CeleryRelease {
  return side === 'old Python' ? 'old' : 'today'
}
