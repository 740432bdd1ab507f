/** `umbel` as a person starts it, from the sources: a process, its output, its exit code. Stopped by its pid. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { waitFor } from './wait-for.ts'

const CLI = new URL('../../bin/cli.ts', import.meta.url).href
const ROOT = new URL('../../', import.meta.url).pathname

export interface CliOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
}

export interface CliResult {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface RunningCli {
  readonly child: ChildProcess
  readonly ended: Promise<CliResult>
  out(): string
  err(): string
  /** Waits until it has written this, to either stream. */
  says(text: string): Promise<void>
}

export function startCli(args: readonly string[], { cwd = ROOT, env = {}, input }: CliOptions = {}): RunningCli {
  const program = `import { main } from ${JSON.stringify(CLI)}\nawait main(process.argv.slice(1))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, '--', ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString()
  })
  child.stdin.end(input ?? '')
  const ended = once(child, 'close').then(([code]) => ({ code: Number(code), out, err }))
  return {
    child,
    ended,
    out: () => out,
    err: () => err,
    says: async (text) => {
      await waitFor(() => out.includes(text) || err.includes(text), { what: `"${text}" of ${args.join(' ')}` })
    },
  }
}

export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return startCli(args, options).ended
}
