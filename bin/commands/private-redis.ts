/** The demo's own redis-server: own port, own folder, gone with the demo. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createConnection, createServer } from 'node:net'

export interface PrivateRedis {
  readonly url: string
  stop(): Promise<void>
}

const READY_WITHIN_MS = 5_000

/** Null when this machine has no redis-server, or it does not start. */
export async function startPrivateRedis(folder: string): Promise<PrivateRedis | null> {
  const port = await freePort()
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no']
  // A process group of its own: Ctrl-C must reach us first, so that everything stops in order.
  const child = spawn('redis-server', options, { stdio: 'ignore', detached: true })
  const failed = new Promise<false>((resolve) => {
    child.once('error', () => resolve(false))
    child.once('exit', () => resolve(false))
  })
  const guard = child.pid === undefined ? null : startGuard(child.pid)
  if (!(await Promise.race([answers(port), failed]))) {
    child.kill('SIGKILL')
    await guard?.dismiss()
    return null
  }
  return {
    url: `redis://127.0.0.1:${port}/0`,
    async stop() {
      await ended(child)
      await guard?.dismiss()
    },
  }
}

/** Ends the server when this program has ended without it, in whatever way: its end of a pipe closes then. */
function startGuard(pid: number): { dismiss(): Promise<void> } {
  const script = 'cat >/dev/null; kill "$1" 2>/dev/null'
  const stdio = ['pipe', 'ignore', 'ignore'] as const
  const guard = spawn('sh', ['-c', script, 'umbel-demo-guard', String(pid)], { stdio: [...stdio], detached: true })
  guard.on('error', () => {}) // a machine without sh: the usual ways to end still stop the server
  guard.stdin.on('error', () => {})
  guard.unref()
  return {
    async dismiss() {
      if (guard.pid === undefined || guard.exitCode !== null || guard.signalCode !== null) return
      guard.ref()
      const exit = once(guard, 'exit')
      // All of its group: sh, and the cat that it waits for.
      process.kill(-guard.pid, 'SIGKILL')
      await exit
    },
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  await exit
}

async function answers(port: number): Promise<boolean> {
  const end = performance.now() + READY_WITHIN_MS
  while (performance.now() < end) {
    if (await pong(port)) return true
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return false
}

function pong(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' }, () => socket.write('PING\r\n'))
    const done = (is: boolean) => {
      socket.destroy()
      resolve(is)
    }
    socket.once('data', (data) => done(data.toString().startsWith('+PONG')))
    socket.once('error', () => done(false))
  })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
