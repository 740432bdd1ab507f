/** A TCP relay that a test can cut, hold or slow down, to be a bad network between two real programs. */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export interface TcpProxy {
  readonly port: number
  /** Connections open now. */
  readonly connections: number
  /** Resets all connections; new ones are accepted. */
  cut(): void
  /** Takes bytes and passes nothing on, in either direction, as a firewall does that forgot the connection. */
  hold(): void
  /** Passes on again what was held. */
  release(): void
  /** What is open now passes nothing on any more and is not closed; new connections are as they were. */
  silence(): void
  /** Each piece is passed on this much later, in each direction. */
  delay(ms: number): void
  /** Replies come byte by byte, and this share of them ends in the middle with a reset; 0 = no more. */
  mangle(share: number): void
  close(): Promise<void>
}

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>()
  const silent = new WeakSet<Socket>()
  let held = false
  let delayMs = 0
  let mangledShare = 0
  const waiting = new Set<() => void>()
  /** One side has gone, and the other does not know. */
  const orphans = new Set<readonly [Socket, Socket]>()

  function mangled(bytes: Buffer, from: Socket, to: Socket): void {
    const isCut = Math.random() < mangledShare
    const part = isCut ? bytes.subarray(0, bytes.length / 2) : bytes
    to.setNoDelay(true)
    for (let at = 0; at < part.length; at++) to.write(part.subarray(at, at + 1))
    if (!isCut) return
    from.destroy()
    to.resetAndDestroy()
  }

  function pipe(from: Socket, to: Socket, isReply: boolean): void {
    from.on('data', (bytes) => {
      const pass = () => {
        if (silent.has(to)) return
        if (held) waiting.add(pass)
        else if (to.destroyed) return
        else if (isReply && mangledShare > 0) mangled(bytes, from, to)
        else to.write(bytes)
      }
      if (delayMs > 0) setTimeout(pass, delayMs)
      else pass()
    })
  }

  const server = createServer((client) => {
    const upstream = connect(targetPort, '127.0.0.1')
    const pair = [client, upstream] as const
    pairs.add(pair)
    const end = () => {
      pairs.delete(pair)
      // While it holds, the other side must not learn that this one has gone.
      if (held || silent.has(client)) return void orphans.add(pair)
      client.destroy()
      upstream.destroy()
    }
    for (const socket of pair) {
      socket.on('error', () => {}) // 'close' follows
      socket.on('close', end)
    }
    pipe(client, upstream, false)
    pipe(upstream, client, true)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.')

  return {
    port: address.port,
    get connections() {
      return pairs.size
    },
    cut() {
      for (const [client, upstream] of [...pairs, ...orphans]) {
        client.resetAndDestroy()
        upstream.resetAndDestroy()
      }
      orphans.clear()
    },
    hold() {
      held = true
    },
    release() {
      held = false
      const pieces = [...waiting]
      waiting.clear()
      for (const pass of pieces) pass()
    },
    silence() {
      for (const [client, upstream] of pairs) {
        silent.add(client)
        silent.add(upstream)
      }
    },
    delay(ms) {
      delayMs = ms
    },
    mangle(share) {
      mangledShare = share
    },
    async close() {
      server.close()
      for (const sockets of [...pairs, ...orphans]) for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}
