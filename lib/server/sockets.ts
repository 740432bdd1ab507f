/** The live end of the server: socket.io on the page's own port (lib/live/socket.ts says what is spoken). */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { Server, type Socket } from 'socket.io'
import { messageOf } from '../errors.ts'
import { type BrowserToServer, type ServerToBrowser, SOCKET_PATH, type WatchAnswer } from '../live/socket.ts'
import type { Feeds, Sight } from '../monitor/contracts.ts'
import { every } from '../runtime/every.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { Service } from '../runtime/service.ts'
import { asProblem } from './api/problem-reply.ts'
import { isLoopback } from './auth/gate.ts'
import type { ServerLimits } from './limits.ts'
import { createPacketCache, packetOf } from './packet.ts'
import { SocketSession } from './socket-session.ts'
import { createTokenBuckets } from './token-bucket.ts'
import { visitorOf } from './visitor.ts'

const TICK_MS = 500
const ALIVE_EVERY_TICKS = 6
/** A hidden tab is told less often that the server lives. */
const ALIVE_HIDDEN_EVERY_TICKS = 30
/** A minute (reliability-security.md S6). */
const ASK_AGAIN_TICKS = 120
const EVENTS: ReadonlySet<string> = new Set<keyof BrowserToServer>(['watch', 'unwatch', 'visible'])

export interface Sockets extends Service {
  /** True when no more sockets may come from this address, or at all. */
  isFull(address: string | null): boolean
  /** For requests and upgrades of SOCKET_PATH that have passed the gate. */
  request(req: IncomingMessage, res: ServerResponse): void
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void
  readonly count: number
}

export interface SocketsOptions {
  readonly runtime: Runtime
  readonly feeds: Feeds
  readonly limits: ServerLimits
  /** What whoever opened a socket is shown. */
  readonly sightOf?: (req: IncomingMessage) => Sight | undefined
  /** Asked of the request that opened a socket, now and then, and at once when `changes` has gone up. */
  readonly mayStay?: (req: IncomingMessage) => boolean
  readonly changes?: () => number
}

type BrowserSocket = Socket<BrowserToServer, ServerToBrowser>

export function createSockets(options: SocketsOptions): Sockets {
  const { runtime, feeds, limits, sightOf, mayStay, changes = () => 0 } = options
  const { clock, log } = runtime
  const sessions = new Map<string, { readonly session: SocketSession; readonly address: string | null }>()
  const packets = createPacketCache()
  const allowance = createTokenBuckets(limits.socketEventsPerSecond, limits.socketEventsBurst, clock.monotonicMs)
  const ended = new AbortController()
  let loop: Promise<void> | null = null
  let ticks = 0

  // Never listens: requests and upgrades are handed to it after our own checks.
  const door = createServer()
  const io = new Server<BrowserToServer, ServerToBrowser>(door, {
    path: SOCKET_PATH,
    serveClient: false,
    maxHttpBufferSize: limits.socketMessageBytes,
    connectTimeout: 10_000,
    destroyUpgrade: false,
  })

  io.on('connection', (socket) => {
    const { address } = visitorOf(socket.request)
    const sight = sightOf?.(socket.request)
    const session = new SocketSession({
      feeds: { watch: (topic, watcher) => feeds.watch(topic, watcher, sight) },
      packets,
      clock,
      limits,
      write: (packet, sent) => socket.conn.write(packet, {}, sent),
      cut: (reason) => {
        log.info('A browser was cut off', { reason, address })
        socket.disconnect(true)
      },
    })
    sessions.set(socket.id, { session, address })
    socket.on('disconnect', () => {
      session.close()
      sessions.delete(socket.id)
    })
    socket.on('error', (error) => log.debug('A socket failed', { reason: messageOf(error) }))
    listen(socket, session)
  })

  function listen(socket: BrowserSocket, session: SocketSession): void {
    socket.use(([event, ...values], next) => {
      if (!allowance.take(socket.id)) {
        socket.disconnect(true)
        return
      }
      if (EVENTS.has(event)) return next()
      answer(values.at(-1), refusal('unknown_event', 'There is no such event.'))
    })
    // What comes from outside may be anything, whatever the types say.
    socket.on('watch', (topic: unknown, reply: unknown) => {
      if (typeof topic !== 'string') return answer(reply, refusal('bad_payload', 'A topic must be a text.'))
      try {
        answer(reply, session.watch(topic))
      } catch (error) {
        const problem = asProblem(error, runtime, 'socket')
        answer(reply, refusal(problem.code, problem.message))
      }
    })
    socket.on('unwatch', (topic: unknown) => {
      if (typeof topic === 'string') session.unwatch(topic)
    })
    socket.on('visible', (visible: unknown) => {
      if (typeof visible !== 'boolean') return
      try {
        session.setVisible(visible)
      } catch (error) {
        asProblem(error, runtime, 'socket')
      }
    })
  }

  let seenChanges = changes()

  /** Those whose right to look is gone are cut off; they come back when they may. */
  function askAgain(): void {
    const now = changes()
    if (mayStay === undefined || (now === seenChanges && ticks % ASK_AGAIN_TICKS !== 0)) return
    seenChanges = now
    for (const socket of io.sockets.sockets.values()) if (!mayStay(socket.request)) socket.disconnect(true)
  }

  function tick(): void {
    ticks += 1
    askAgain()
    const alive = ticks % ALIVE_EVERY_TICKS === 0 ? packetOf('alive', { serverMs: clock.nowMs() }) : null
    for (const { session } of sessions.values()) {
      session.tick()
      if (alive !== null && (session.visible || ticks % ALIVE_HIDDEN_EVERY_TICKS === 0)) session.alive(alive)
    }
  }

  return {
    name: 'sockets',
    get count() {
      return sessions.size
    },
    isFull(address) {
      if (io.engine.clientsCount >= limits.sockets) return true
      if (address === null || isLoopback(address)) return false
      let same = 0
      for (const other of sessions.values()) if (other.address === address) same += 1
      return same >= limits.socketsPerAddress
    },
    request: (req, res) => {
      door.emit('request', req, res)
    },
    upgrade: (req, socket, head) => {
      door.emit('upgrade', req, socket, head)
    },
    async start() {
      loop = every(runtime, { name: 'sockets', everyMs: TICK_MS, atOnce: false }, ended.signal, tick)
    },
    async stop() {
      if (ended.signal.aborted) return
      ended.abort()
      await loop
      io.disconnectSockets(true)
      await io.close()
    },
  }
}

function answer(reply: unknown, value: WatchAnswer): void {
  if (typeof reply === 'function') reply(value)
}

function refusal(code: string, error: string): WatchAnswer {
  return { ok: false, code, error }
}
