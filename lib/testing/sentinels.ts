/** A master, a replica and three sentinels for a test: own ports, own folders, stopped by their pids. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { freePort } from './free-port.ts'
import { type RedisServer, startRedis } from './redis.ts'
import { stopChild } from './stop-child.ts'
import { waitFor } from './wait-for.ts'

export const MASTER_NAME = 'mymaster'
export const DOWN_AFTER_MS = 1_000
const SENTINELS = 3

export interface SentinelSet {
  /** `sentinel://…;sentinel://…/0` */
  readonly url: string
  readonly servers: readonly RedisServer[]
  /** Port of the master, as the first sentinel sees it. */
  masterPort(): Promise<number>
  /** Asks for a planned fail-over; resolves when all sentinels name another master. */
  failOver(): Promise<void>
  stop(): Promise<void>
}

export async function startSentinels(): Promise<SentinelSet> {
  const first = await startRedis()
  const replica = await startRedis({
    args: ['--replicaof', `127.0.0.1 ${first.port}`, '--repl-diskless-sync-delay', '0'],
  })
  const servers = [first, replica]
  const dir = await mkdtemp(join(tmpdir(), 'umbel-sentinel-'))
  const ports: number[] = []
  const children: ReturnType<typeof spawn>[] = []
  for (let at = 0; at < SENTINELS; at++) {
    const port = await freePort()
    const file = join(dir, `${at}.conf`)
    await writeFile(file, configOf(port, first.port, dir))
    children.push(spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' }))
    ports.push(port)
  }
  const clients = ports.map((port) => new Redis({ port, host: '127.0.0.1', retryStrategy: () => 50 }))
  for (const client of clients) client.on('error', () => {}) // refused until it listens

  async function masterOf(client: Redis | undefined): Promise<number> {
    const place = await client?.call('SENTINEL', 'get-master-addr-by-name', MASTER_NAME)
    return Array.isArray(place) ? Number(place[1]) : 0
  }
  /** They need each other and the replica for a fail-over. */
  async function complete(client: Redis): Promise<boolean> {
    const flat = await client.call('SENTINEL', 'master', MASTER_NAME)
    const facts = Array.isArray(flat) ? flat.map(String) : []
    const fact = (name: string) => Number(facts[facts.indexOf(name) + 1])
    return fact('num-slaves') >= 1 && fact('num-other-sentinels') === SENTINELS - 1
  }
  const settled = async () => (await Promise.all(clients.map(complete))).every(Boolean)
  await waitFor(settled, { what: 'sentinels that know each other' })
  const linked = async () => (await replica.connect().info('replication')).includes('master_link_status:up')
  await waitFor(linked, { what: 'a replica that follows' })

  return {
    url: ports.map((port) => `sentinel://127.0.0.1:${port}/0`).join(';'),
    servers,
    masterPort: () => masterOf(clients[0]),
    async failOver() {
      const before = await masterOf(clients[0])
      await clients[0]?.call('SENTINEL', 'FAILOVER', MASTER_NAME)
      const moved = async () => (await Promise.all(clients.map(masterOf))).every((port) => port !== before)
      await waitFor(moved, { what: 'another master' })
    },
    async stop() {
      for (const client of clients) client.disconnect()
      for (const child of children) await stopChild(child)
      await Promise.all(servers.map((server) => server.stop()))
      await rm(dir, { recursive: true, force: true })
    },
  }
}

function configOf(port: number, master: number, dir: string): string {
  return [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${dir}`,
    `sentinel monitor ${MASTER_NAME} 127.0.0.1 ${master} 2`,
    `sentinel down-after-milliseconds ${MASTER_NAME} ${DOWN_AFTER_MS}`,
    `sentinel failover-timeout ${MASTER_NAME} 5000`,
    '',
  ].join('\n')
}
