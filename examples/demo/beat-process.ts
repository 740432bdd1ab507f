/** A beat of the demo in a process of its own: it can be killed, and the other one goes on. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { packageRoot } from '../../bin/package-root.ts'

const STOP_WITHIN_MS = 5_000

export interface BeatProcess {
  stop(): Promise<void>
}

/** `umbel beat` over this Redis. `tasks` is the file of its app. */
export function startBeatProcess(tasks: string, url: string, hostname: string): BeatProcess {
  const args = ['beat', `--app=${tasks}`, `--broker=${url}`, '--scheduler=redis', `--hostname=${hostname}`, '--quiet']
  // A process group of its own: Ctrl-C reaches the demo first. Its channel to the demo ends with that, and it with its channel.
  const child = spawn(process.execPath, [...umbel(), ...args], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    detached: true,
  })
  child.on('error', () => {}) // the demo goes on with the other one
  return { stop: () => stopChild(child) }
}

/** The program that this file is part of: the built one, or these sources. */
function umbel(): readonly string[] {
  if (!import.meta.url.endsWith('.ts')) return [fileURLToPath(new URL('bin/umbel.js', packageRoot))]
  const cli = new URL('bin/cli.ts', packageRoot).href
  return ['--input-type=module', '-e', `import { main } from '${cli}'; await main(process.argv.slice(1))`, '--']
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS)
  await exit
  clearTimeout(late)
}
