/**
 * How ioredis opens sockets, with one thing more: a socket may fail twice (TLS does, when it is ended while it shakes
 * hands), and ioredis listens to the first failure only; the second would end the process.
 */
import { connect as connectTcp } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { AbstractConnector, SentinelConnector } from 'ioredis'

export interface SocketPlace {
  readonly path?: string
  readonly host?: string
  readonly port?: number
  readonly tls?: ConnectionOptions
}

const DISCONNECT_TIMEOUT_MS = 2_000

/** A connector class for one server. ioredis makes the instance. */
export function directConnector({ path, host, port, tls }: SocketPlace): new () => AbstractConnector {
  return class extends AbstractConnector {
    constructor() {
      super(DISCONNECT_TIMEOUT_MS)
    }

    override async connect() {
      this.connecting = true
      this.firstError = undefined
      const place = path === undefined ? { host, port: port ?? 6379 } : { path }
      const socket = tls === undefined ? connectTcp(place) : connectTls({ ...place, ...tls })
      socket.on('error', (error) => {
        this.firstError ??= error
      })
      this.stream = socket
      return socket
    }
  }
}

export class SafeSentinelConnector extends SentinelConnector {
  override async connect(emit: Parameters<SentinelConnector['connect']>[0]) {
    const socket = await super.connect(emit)
    socket.on('error', () => {}) // ioredis hears the first one by itself
    return socket
  }
}
