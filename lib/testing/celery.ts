/** A real Python Celery worker for a test, from the environment that `npm test` installs; stopped by its pid. */
import { execFile, spawn } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cacheFolder } from '../../bin/setup/cache-folder.js'
import { stopChild } from './stop-child.ts'

const run = promisify(execFile)
const APP_DIR = new URL('../../tests/compat/', import.meta.url).pathname

export interface CeleryWorker {
  readonly pid: number
  /** Everything it wrote so far, both streams. */
  output(): string
  /** Warm shutdown (SIGTERM) unless another signal is given; waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<void>
}

export interface CeleryOptions {
  readonly broker: string
  readonly backend?: string
  /** `name@host` */
  readonly hostname?: string
  readonly queues?: readonly string[]
  readonly concurrency?: number
  readonly pool?: 'prefork' | 'solo' | 'threads'
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Module with the app, in tests/compat. */
  readonly app?: string
  /** Which Celery: today's, or the old one of tests/compat/requirements-old.txt. */
  readonly release?: CeleryRelease
}

export type CeleryRelease = 'today' | 'old'

export function pythonPath(release: CeleryRelease = 'today'): string {
  return join(cacheFolder(), release === 'old' ? 'venv-old' : 'venv', 'bin', 'python')
}

/** Starts a worker on `tests/compat/proj.py` and waits until it says it is ready. */
export async function startCelery(options: CeleryOptions): Promise<CeleryWorker> {
  const { hostname = 'py@test', queues = ['celery'], concurrency = 2, pool = 'threads', app = 'proj' } = options
  const args = ['-m', 'celery', '-A', app, 'worker', '-n', hostname, '-Q', queues.join(','), '-c', String(concurrency)]
  const child = spawn(pythonPath(options.release), [...args, '-P', pool, '-l', 'INFO', ...(options.args ?? [])], {
    cwd: APP_DIR,
    env: celeryEnv(options),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const ready = new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes(' ready.')) resolve()
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`celery worker ended with ${code} before it was ready:\n${text}`)))
  })
  await ready
  return { pid: child.pid ?? -1, output: () => text, stop: (signal) => stopChild(child, signal) }
}

/** Starts `celery beat` with RedBeat's scheduler on `tests/compat/redbeat_app.py`; stopped by its pid. */
export function startRedBeat(options: CeleryOptions): Promise<CeleryWorker> {
  return startBeat('redbeat_app', ['-S', 'redbeat.RedBeatScheduler'], options)
}

/** Starts Python's own `celery beat`, its schedule in a file, on `tests/compat/beat_app.py`; stopped by its pid. */
export function startPythonBeat(
  options: CeleryOptions & { readonly schedule: object; readonly file: string },
): Promise<CeleryWorker> {
  const env = { ...options.env, BROKER: options.broker, BEAT_SCHEDULE: JSON.stringify(options.schedule) }
  return startBeat('beat_app', ['-s', options.file, '--pidfile='], { ...options, env })
}

async function startBeat(app: string, how: readonly string[], options: CeleryOptions): Promise<CeleryWorker> {
  const args = ['-m', 'celery', '-A', app, 'beat', ...how, '-l', 'DEBUG']
  const child = spawn(pythonPath(), [...args, ...(options.args ?? [])], {
    cwd: APP_DIR,
    env: celeryEnv(options),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const ready = new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes('beat: Starting...')) resolve()
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`celery beat ended with ${code} before it started:\n${text}`)))
  })
  await ready
  return { pid: child.pid ?? -1, output: () => text, stop: (signal) => stopChild(child, signal) }
}

/** Runs a Python program (text) in `tests/compat` against the same app; gives back what it printed. */
export async function runPython(program: string, options: CeleryOptions, timeoutMs = 150_000): Promise<string> {
  const { stdout } = await run(pythonPath(options.release), ['-c', program], {
    cwd: APP_DIR,
    env: celeryEnv(options),
    timeout: timeoutMs,
  })
  return stdout
}

function celeryEnv(options: CeleryOptions): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONUNBUFFERED: '1',
    UMBEL_TEST_BROKER: options.broker,
    UMBEL_TEST_BACKEND: options.backend ?? options.broker,
    ...options.env,
  }
}
