/** Who can be a client or a worker of the matrix, and how each is started with the tasks of the matrix. */
import type { Redis } from 'ioredis'
import type { Celery } from '../../lib/client/celery.ts'
import { type CeleryRelease, runPython, startCelery } from '../../lib/testing/celery.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'
import { startWorker } from '../../worker/index.ts'
import { createMatrixApp } from '../compat/matrix-tasks.ts'

/** Old: the Celery of tests/compat/requirements-old.txt. */
export type Side = 'TypeScript' | 'Python' | 'old Python'

export type ResultSerializer = 'json' | 'yaml' | 'msgpack' | 'pickle'

export interface SideOptions {
  readonly url: string
  /** For the counters of runs. */
  readonly redis: Redis
  /** `json` when left out. */
  readonly resultSerializer?: ResultSerializer
  readonly resultCompression?: string
}

export interface ServeOptions extends SideOptions {
  readonly queues?: readonly string[]
  readonly hostname?: string
}

/** Starts a worker; resolves to how to stop it. */
export async function serve(side: Side, options: ServeOptions): Promise<() => Promise<void>> {
  const { url, queues = ['celery'], hostname = `${side.replace(' ', '-')}@test` } = options
  if (side === 'TypeScript') {
    const app = openApp(options)
    const worker = await startWorker(app, { hostname, queues, concurrency: 4, pool: 'async' })
    return async () => {
      await worker.stop('cold')
      await app.close()
    }
  }
  const worker = await startCelery({
    broker: url,
    app: 'matrix_tasks',
    hostname,
    queues,
    concurrency: 4,
    release: releaseOf(side),
    // A worker of root's takes no pickle unless it is told that it may.
    env: { ...resultsOf(options), C_FORCE_ROOT: '1' },
  })
  return () => worker.stop()
}

/** An app for a client or a worker in this process. */
export function openApp({ url, redis, resultSerializer = 'json', resultCompression }: SideOptions): Celery {
  return createMatrixApp((key) => redis.incr(`ran:${key}`), {
    broker: url,
    backend: url,
    result_serializer: resultSerializer,
    result_compression: resultCompression ?? null,
  })
}

/** Runs `<module>.run(...args)` of tests/compat as a Python client; resolves to the JSON that it printed last. */
export async function askPython<T>(
  side: Side,
  module: string,
  args: readonly unknown[],
  options: SideOptions,
): Promise<T> {
  const given = args.map((arg) => `json.loads(${JSON.stringify(JSON.stringify(arg))})`)
  const program = `import json, ${module}\n${module}.run(${given.join(', ')})`
  const env = resultsOf(options)
  const printed = await runPython(program, { broker: options.url, release: releaseOf(side), env }, 90_000)
  return JSON.parse(printed.trim().split('\n').at(-1) ?? 'null')
}

function resultsOf({ resultSerializer = 'json', resultCompression = '' }: SideOptions): Record<string, string> {
  return { UMBEL_TEST_RESULT_SERIALIZER: resultSerializer, UMBEL_TEST_RESULT_COMPRESSION: resultCompression }
}

function releaseOf(side: Side): CeleryRelease {
  return side === 'old Python' ? 'old' : 'today'
}

/** Resolves when no worker has anything left to do, so that what ran twice has been counted twice. */
export async function quiet(redis: Redis, queues: readonly string[] = ['celery']): Promise<void> {
  const left = async () => {
    const waiting = await Promise.all(queues.map((queue) => redis.llen(queue)))
    return waiting.reduce((sum, count) => sum + count, await redis.hlen('unacked'))
  }
  await waitFor(async () => (await left()) === 0, { what: 'workers without work' })
}
