/** The workers that are measured: how each is started, how its queue is filled, how one sees what is left. */
import type { Redis } from 'ioredis'
import { createRedisBroker } from '../../lib/broker/redis/redis-broker.ts'
import { createTaskEnvelope } from '../../lib/protocol/task-message.ts'
import { nodeCodecs } from '../../lib/runtime/codecs.ts'
import { createRuntime } from '../../lib/runtime/runtime.ts'
import { pythonPath } from '../../lib/testing/celery.ts'
import type { RedisServer } from '../../lib/testing/redis.ts'
import { loadBullMq } from './bullmq.ts'

export interface Rival {
  readonly name: string
  /** Which bar it is held to, or holds others to. */
  readonly kind: 'umbel-async' | 'umbel-processes' | 'python' | 'bullmq'
  readonly concurrency: number
  readonly command: string
  readonly args: (port: number) => readonly string[]
  readonly fill: (redis: RedisServer, tasks: number) => Promise<void>
  /** Tasks that wait or are in somebody's hands. */
  readonly left: (redis: Redis) => Promise<number>
}

const ROOT = new URL('../../', import.meta.url).pathname
const HERE = new URL('./', import.meta.url).pathname
const NODE = process.execPath
const LOT = 1_000

export function umbel(pool: 'async' | 'processes', concurrency: number, ...options: readonly string[]): Rival {
  const words = ['worker', '-A', `${HERE}tasks.ts`, '-P', pool, '-c', String(concurrency), '-l', 'warning', ...options]
  return {
    name: ['umbel', pool, `-c ${concurrency}`, ...options].join(' '),
    kind: `umbel-${pool}`,
    concurrency,
    command: NODE,
    args: () => [`${ROOT}bin/umbel.js`, ...words],
    ...celeryQueue,
  }
}

export function python(
  pool: 'prefork' | 'threads' | 'solo',
  concurrency: number,
  ...options: readonly string[]
): Rival {
  const words = ['worker', '-P', pool, '-c', String(concurrency), '-l', 'WARNING', ...options]
  return {
    name: ['celery', pool, `-c ${concurrency}`, ...options].join(' '),
    kind: 'python',
    concurrency,
    command: pythonPath(),
    args: () => ['-m', 'celery', '--workdir', HERE, '-A', 'tasks', ...words],
    ...celeryQueue,
  }
}

export function bullmq(concurrency: number): Rival {
  return {
    name: `bullmq ${concurrency}`,
    kind: 'bullmq',
    concurrency,
    command: NODE,
    args: (port) => [`${HERE}bull-worker.ts`, String(port), String(concurrency)],
    async fill({ port }, tasks) {
      const { Queue } = loadBullMq()
      const queue = new Queue('bench', { connection: { host: '127.0.0.1', port } })
      for (let from = 0; from < tasks; from += LOT) {
        await queue.addBulk(Array.from({ length: LOT }, (_, i) => ({ name: 'add', data: { x: from + i, y: 1 } })))
      }
      await queue.close()
    },
    async left(redis) {
      const [waiting, active] = await Promise.all([redis.llen('bull:bench:wait'), redis.llen('bull:bench:active')])
      return waiting + active
    },
  }
}

const celeryQueue: Pick<Rival, 'fill' | 'left'> = {
  async fill({ url }, tasks) {
    const broker = createRedisBroker({ url, runtime: createRuntime() })
    await broker.open()
    for (let from = 0; from < tasks; from += LOT) {
      await Promise.all(Array.from({ length: LOT }, (_, i) => broker.publish('celery', envelope(from + i))))
    }
    await broker.close()
  },
  async left(redis) {
    const [waiting, unacked] = await Promise.all([redis.llen('celery'), redis.hlen('unacked')])
    return waiting + unacked
  },
}

function envelope(x: number) {
  return createTaskEnvelope(
    { task: 'bench.add', args: [x, 1] },
    { newId: () => crypto.randomUUID(), codecs: nodeCodecs },
  )
}
