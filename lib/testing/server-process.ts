/** A database server for a test: its own folder, its own port, an unprivileged user, stopped by its pid. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { stopChild } from './stop-child.ts'

const run = promisify(execFile)

/** Debian keeps servers where nobody's PATH leads. */
const FOLDERS = ['/usr/sbin', '/usr/bin', '/usr/local/bin', '/usr/lib/postgresql/*/bin']

export function findProgram(...names: readonly string[]): string {
  const folders = [
    ...(process.env['PATH'] ?? '').split(':'),
    ...FOLDERS.flatMap((folder) => globSync(folder)).reverse(),
  ]
  for (const name of names) {
    const path = folders.map((folder) => join(folder, name)).find((each) => existsSync(each))
    if (path !== undefined) return path
  }
  throw new Error(`${names.join(' or ')} is not installed`)
}

export interface ServerUser {
  readonly uid: number
  readonly gid: number
}

/** Who may run a server that refuses root: its own user of the system when we are root, else ourselves. */
export async function unprivileged(user: string): Promise<ServerUser | null> {
  if (process.getuid?.() !== 0) return null
  const idOf = async (flag: string) => Number((await run('id', [flag, user])).stdout)
  return { uid: await idOf('-u'), gid: await idOf('-g') }
}

export async function ownFolder(name: string, user: ServerUser | null): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), `umbel-${name}-`))
  if (user !== null) await chown(dir, user.uid, user.gid)
  return dir
}

/** Runs a program to its end; its output only when it fails. */
export async function runAs(
  user: ServerUser | null,
  program: string,
  args: readonly string[],
  cwd: string,
): Promise<void> {
  await run(program, [...args], { cwd, ...user })
}

export interface RunningServer {
  readonly pid: number
  stop(): Promise<void>
}

/** Starts it and waits until `probe` succeeds. */
export async function startServer(
  user: ServerUser | null,
  program: string,
  args: readonly string[],
  options: { readonly dir: string; readonly signal: NodeJS.Signals; probe(): Promise<unknown> },
): Promise<RunningServer> {
  const { dir, signal, probe } = options
  const child = spawn(program, [...args], { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'], ...user })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4_000)
  })
  await untilReady(child, probe, () => said)
  return {
    pid: child.pid ?? -1,
    async stop() {
      await stopChild(child, signal)
      await rm(dir, { recursive: true, force: true })
    },
  }
}

async function untilReady(child: ChildProcess, probe: () => Promise<unknown>, said: () => string): Promise<void> {
  const end = performance.now() + 100_000
  for (;;) {
    try {
      await probe()
      return
    } catch (error) {
      if (child.exitCode !== null || performance.now() > end) {
        throw new Error(`${child.spawnfile} did not become ready (${String(error)}):\n${said()}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 30))
    }
  }
}
