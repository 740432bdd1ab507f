/** The real Flower beside a test, for comparison: same broker, own port; stopped by its pid. */
import { spawn } from 'node:child_process'
import { pythonPath } from './celery.ts'
import { freePort } from './free-port.ts'
import { stopChild } from './stop-child.ts'
import { waitFor } from './wait-for.ts'

export interface Flower {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  readonly pid: number
  stop(): Promise<void>
}

export interface FlowerOptions {
  readonly broker: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export async function startFlower({ broker, args = [], env = {} }: FlowerOptions): Promise<Flower> {
  const port = await freePort()
  const child = spawn(pythonPath(), ['-m', 'celery', '-A', 'proj', 'flower', `--port=${port}`, ...args], {
    cwd: new URL('../../tests/compat/', import.meta.url).pathname,
    env: {
      ...process.env,
      PYTHONDONTWRITEBYTECODE: '1',
      UMBEL_TEST_BROKER: broker,
      UMBEL_TEST_BACKEND: broker,
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let text = ''
  child.stderr.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  const url = `http://127.0.0.1:${port}`
  await waitFor(
    async () => {
      if (child.exitCode !== null) throw new Error(`flower ended:\n${text}`)
      return (await fetch(`${url}/healthcheck`)).ok
    },
    { what: 'flower to answer', everyMs: 100 },
  )
  return {
    url,
    pid: child.pid ?? -1,
    stop: () => stopChild(child),
  }
}
