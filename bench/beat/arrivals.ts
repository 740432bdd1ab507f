/** When messages arrive in Redis, by the clock of the server itself, which says so to whoever monitors it. */
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Redis } from 'ioredis'

export interface Arrival {
  readonly entry: number
  /** Wall clock, as exact as a millionth of a second. */
  readonly atMs: number
}

export interface Arrivals {
  readonly all: Arrival[]
  stop(): Promise<void>
}

/** Messages pushed into a queue, in the words of MONITOR: by a command of their own or from a script, one or several. */
const PUSH = /^\+?(\d+\.\d+) \[[^\]]*\] "(?:LPUSH|lpush|RPUSH|rpush)" /
const ENTRY = /argsrepr\\": ?\\"\[(\d+), /g
const EMPTY_EVERY_MS = 1_000

/** `client` empties the queue meanwhile, so that no memory grows. */
export async function watchArrivals(port: number, client: Redis): Promise<Arrivals> {
  const all: Arrival[] = []
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  let rest = ''
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\r\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const push = PUSH.exec(line)
      if (push === null) continue
      const atMs = Number(push[1]) * 1_000
      for (const found of line.matchAll(ENTRY)) all.push({ atMs, entry: Number(found[1]) })
    }
  })
  socket.write('MONITOR\r\n')
  const timer = setInterval(() => void client.unlink('celery').catch(() => {}), EMPTY_EVERY_MS)
  return {
    all,
    async stop() {
      clearInterval(timer)
      socket.destroy()
    },
  }
}
