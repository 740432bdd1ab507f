/** What is measured: a dashboard as its own process, Umbel or Flower, with the same addresses. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pythonPath } from '../../lib/testing/celery.ts'
import { freePort } from '../../lib/testing/free-port.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'

export interface Target {
  readonly name: 'Umbel' | 'Flower'
  readonly url: string
  readonly pid: number
  /** From the start of the process to the first answer. */
  readonly startMs: number
  stop(): Promise<void>
}

const ROOT = new URL('../../', import.meta.url).pathname
const MAX_TASKS = 100_000

/** `fromSources`: without a build, for work on Umbel itself. */
export async function startUmbel(broker: string, fromSources: boolean): Promise<Target> {
  const dir = await mkdtemp(join(tmpdir(), 'umbel-bench-'))
  const port = await freePort()
  const options = [`--broker=${broker}`, `--port=${port}`, `--max_tasks=${MAX_TASKS}`, `--data-dir=${dir}`]
  const program = fromSources
    ? ['--input-type=module', '-e', `(await import('${ROOT}bin/cli.ts')).main(process.argv.slice(1))`, '--', ...options]
    : [join(ROOT, 'bin/umbel.js'), ...options]
  const target = await start('Umbel', join(ROOT, 'node_modules/.bin/node'), program, port)
  return {
    ...target,
    async stop() {
      await target.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

export function hasFlower(): boolean {
  return existsSync(pythonPath())
}

export function startFlower(broker: string, port: number): Promise<Target> {
  const program = ['-m', 'celery', `--broker=${broker}`, 'flower', `--port=${port}`, `--max_tasks=${MAX_TASKS}`]
  return start('Flower', pythonPath(), program, port)
}

async function start(name: Target['name'], command: string, args: readonly string[], port: number): Promise<Target> {
  const startedMs = performance.now()
  const child = spawn(command, args, {
    env: { ...process.env, FLOWER_UNAUTHENTICATED_API: 'true' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4_000)
  })
  const url = `http://127.0.0.1:${port}`
  const ready = async () => {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}:\n${errors}`)
    return (await fetch(`${url}/healthcheck`)).ok
  }
  await waitFor(ready, { timeoutMs: 30_000, what: `${name} to answer` })
  return { name, url, pid: child.pid ?? -1, startMs: performance.now() - startedMs, stop: () => end(child) }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await exited
  clearTimeout(timer)
}
