/** What the browser tests look at: the built dashboard on a private Redis, with real Celery workers beside it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CeleryOptions, type CeleryWorker, runPython, startCelery } from '../lib/testing/celery.ts'
import { freePort } from '../lib/testing/free-port.ts'
import { type RedisServer, startRedis } from '../lib/testing/redis.ts'
import { waitFor } from '../lib/testing/wait-for.ts'

const root = join(import.meta.dirname, '..')
const NODE = join(root, 'node_modules/.bin/node')

export interface Dashboard {
  readonly url: string
  readonly port: number
  readonly pid: number
  output(): string
  /** SIGTERM and the end of the process; gives back its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** Starts `umbel` with these options and waits until it serves. `at` is a port that was used before. */
export async function startDashboard(
  options: readonly string[],
  env: Readonly<Record<string, string>> = {},
  at: number | null = null,
): Promise<Dashboard> {
  const port = at ?? (await freePort())
  const child = spawn(NODE, ['bin/umbel.js', ...options, `--port=${port}`, '--address=127.0.0.1'], {
    cwd: root,
    env: { ...process.env, FLOWER_UNAUTHENTICATED_API: 'true', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const read = (chunk: Buffer) => {
    text += chunk.toString()
  }
  child.stdout.on('data', read)
  child.stderr.on('data', read)
  const url = `http://127.0.0.1:${port}`
  const prefix = options.find((option) => option.startsWith('--url-prefix='))?.slice('--url-prefix='.length)
  const health = `${url}${prefix === undefined ? '' : `/${prefix}`}/healthcheck`
  await waitFor(
    () => {
      if (child.exitCode !== null) throw new Error(`umbel ended with ${child.exitCode}:\n${text}`)
      return fetch(health).then(
        (response) => response.ok,
        () => false,
      )
    },
    { what: 'the dashboard to serve' },
  )
  return { url, port, pid: child.pid ?? -1, output: () => text, stop: (signal = 'SIGTERM') => end(child, signal) }
}

export interface Stack {
  readonly redis: RedisServer
  readonly dashboard: Dashboard
  readonly celery: CeleryOptions
  /** Starts one more Python worker; `stop` ends it. */
  worker(options?: Partial<CeleryOptions>): Promise<CeleryWorker>
  /** Runs a Python program with the app of tests/compat/proj.py; gives back what it printed. */
  python(program: string): Promise<string>
  stop(): Promise<void>
}

/** Redis and the dashboard. `config` is the text of a config file, `more` are options. */
export async function startStack(config = '', more: readonly string[] = []): Promise<Stack> {
  const redis = await startRedis()
  const dir = await mkdtemp(join(tmpdir(), 'umbel-e2e-'))
  await writeFile(join(dir, 'umbel.yaml'), config)
  const options = [
    `--broker=${redis.url}`,
    `--data-dir=${join(dir, 'data')}`,
    `--conf=${join(dir, 'umbel.yaml')}`,
    ...more,
  ]
  const dashboard = await startDashboard(options)
  const celery: CeleryOptions = { broker: redis.url }
  const workers: CeleryWorker[] = []
  return {
    redis,
    dashboard,
    celery,
    async worker(more = {}) {
      const worker = await startCelery({ ...celery, ...more })
      workers.push(worker)
      return worker
    },
    python: (program) => runPython(program, celery),
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop('SIGKILL')))
      await dashboard.stop()
      await redis.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
  return child.exitCode
}
