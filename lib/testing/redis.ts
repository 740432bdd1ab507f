/** A private redis-server for a test: own port, own folder, stopped by its pid. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { freePort } from './free-port.ts'
import { stopChild } from './stop-child.ts'

export interface RedisServer {
  readonly port: number
  /** `redis://127.0.0.1:<port>/0` */
  readonly url: string
  readonly pid: number
  /** A plain client for looking and preparing; closed by `stop`. */
  connect(): Redis
  /** SIGKILL; data is kept only if `appendOnly`. */
  kill(): Promise<void>
  /** Starts again on the same port after `kill` or `shutdown`. */
  restart(): Promise<void>
  /** SIGTERM, without removing anything. */
  shutdown(): Promise<void>
  stop(): Promise<void>
}

export interface RedisOptions {
  readonly appendOnly?: boolean
  /** More command line arguments. */
  readonly args?: readonly string[]
}

export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const dir = await mkdtemp(join(tmpdir(), 'umbel-redis-'))
  const port = await freePort()
  const clients = new Set<Redis>()
  let child = await launch(port, dir, options)

  return {
    port,
    url: `redis://127.0.0.1:${port}/0`,
    get pid() {
      return child.pid ?? -1
    },
    connect() {
      const redis = new Redis({ port, host: '127.0.0.1', retryStrategy: () => 50, maxRetriesPerRequest: null })
      redis.on('error', () => {}) // refused while the server is down on purpose
      holdSubscriptions(redis)
      clients.add(redis)
      return redis
    },
    kill: () => stopChild(child, 'SIGKILL'),
    shutdown: () => stopChild(child),
    async restart() {
      child = await launch(port, dir, options)
    },
    async stop() {
      for (const redis of clients) redis.disconnect()
      await stopChild(child)
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** ioredis subscribes again by itself, and a failure of that (the client was closed meanwhile) is in nobody's hands. */
function holdSubscriptions(redis: Redis): void {
  const send = redis.sendCommand.bind(redis)
  redis.sendCommand = (command, stream) => {
    if (command.name.endsWith('subscribe')) command.promise.catch(() => {})
    return send(command, stream)
  }
}

async function launch(port: number, dir: string, options: RedisOptions): Promise<ChildProcess> {
  const keep = options.appendOnly ? ['--appendonly', 'yes'] : ['--save', '', '--appendonly', 'no']
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, ...keep, ...(options.args ?? [])]
  const child = spawn('redis-server', args, { stdio: 'ignore' })
  const failed = new Promise<never>((_, reject) => {
    child.once('error', () => reject(new Error('redis-server cannot be started. Is it installed?')))
    child.once('exit', (code) => reject(new Error(`redis-server ended with ${code} before it listened.`)))
  })
  const probe = new Redis({ port, host: '127.0.0.1', retryStrategy: () => 20, maxRetriesPerRequest: null })
  probe.on('error', () => {}) // refused until it listens
  await Promise.race([answered(probe), failed]).finally(() => probe.disconnect())
  failed.catch(() => {}) // it may end later, on purpose
  return child
}

/** A server that still loads its file answers LOADING; it is ready only when PING is answered. */
async function answered(redis: Redis): Promise<void> {
  for (;;) {
    try {
      await redis.ping()
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}
