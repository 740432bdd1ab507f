import { createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freePort } from '../testing/free-port.ts'
import { type RedisServer, startRedis } from '../testing/redis.ts'
import { waitFor } from '../testing/wait-for.ts'
import { connectRedis, parseRedisUrl } from './redis-connection.ts'
import { createRuntime } from './runtime.ts'

const unhandled: unknown[] = []
const remember = (reason: unknown) => unhandled.push(reason)
let master: RedisServer

beforeEach(async () => {
  process.on('unhandledRejection', remember)
  master = await startRedis()
})
afterEach(async () => {
  process.off('unhandledRejection', remember)
  await master.stop()
})

/** A sentinel that knows the master and, when `mute`, does not answer SUBSCRIBE. */
async function startSentinel(masterPort: number) {
  const port = await freePort()
  const sockets = new Set<Socket>()
  const subscriptions: Socket[] = []
  const state = { mute: false }
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      for (const command of bytes
        .toString()
        .toLowerCase()
        .split(/^\*\d+\r\n/m)
        .slice(1)) {
        const muted = command.includes('subscribe') && state.mute
        if (command.includes('subscribe')) subscriptions.push(socket)
        if (!muted) socket.write(answerTo(command))
      }
    })
  })
  const answerTo = (command: string) => {
    if (command.includes('subscribe')) return '*3\r\n$9\r\nsubscribe\r\n$14\r\n+switch-master\r\n:1\r\n'
    if (!command.includes('get-master-addr')) return '*0\r\n'
    return `*2\r\n$9\r\n127.0.0.1\r\n$${String(masterPort).length}\r\n${masterPort}\r\n`
  }
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return { port, state, sockets, subscriptions, stop: () => server.close() }
}

test('a sentinel that is lost while it is asked again leaves no rejection unhandled', async () => {
  const sentinel = await startSentinel(master.port)
  const address = parseRedisUrl(`sentinel://127.0.0.1:${sentinel.port}/0`, { masterName: 'main' })
  const redis = connectRedis(address, { runtime: createRuntime(), name: 'test', role: 'command' })
  await waitFor(() => redis.status === 'ready' && sentinel.subscriptions.length === 1)

  sentinel.state.mute = true
  for (const socket of sentinel.sockets) socket.destroy()
  await waitFor(() => sentinel.subscriptions.length === 2) // after the watcher's pause, unanswered
  redis.disconnect()
  await waitFor(() => redis.status === 'end')
  await new Promise((resolve) => setImmediate(resolve))
  for (const socket of sentinel.sockets) socket.destroy()
  await waitFor(() => sentinel.sockets.size === 0)
  await new Promise((resolve) => setImmediate(resolve))
  sentinel.stop()

  expect(unhandled).toEqual([])
})
