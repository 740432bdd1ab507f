/**
 * The sender, a process of its own: `node generator.ts '{"port":…,"events":…,"rate":…,"batched":…,"paced":…}'`.
 * Encodes first and says `ready`; on a line on stdin it sends, paced by `rate` or as fast as Redis takes it, and prints
 * what it sent as one line of JSON.
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import { createEventStream, SLICE_MS } from './event-stream.ts'

export interface GeneratorOptions {
  readonly port: number
  readonly events: number
  readonly rate: number
  readonly batched: boolean
  readonly paced: boolean
}

export interface Sent {
  readonly startedMs: number
  readonly endedMs: number
  readonly messages: number
  readonly truth: readonly (readonly [string, number])[]
}

const options: GeneratorOptions = JSON.parse(process.argv[2] ?? '{}')
const { port, events, rate, batched, paced } = options
// The times in the events are those at which they will be sent: encoding takes about 10 µs an event, with room to spare.
const startMs = Date.now() + 2_000 + events * 0.03
const { slices, messages, truth } = createEventStream({ events, rate, batched, startSeconds: startMs / 1_000 })

const socket = connect(port, '127.0.0.1')
await once(socket, 'connect')
socket.setNoDelay(true)
let answers = 0
socket.on('data', (chunk: Buffer) => {
  for (const byte of chunk) if (byte === 0x0a) answers++
})

process.stdout.write('ready\n')
await once(process.stdin, 'data')
await sleep(startMs - Date.now())
const startedMs = Date.now()
for (const [i, slice] of slices.entries()) {
  if (paced) await sleep(startedMs + i * SLICE_MS - Date.now())
  if (slice.length > 0 && !socket.write(slice)) await once(socket, 'drain')
}
while (answers < messages) await sleep(1)
const sent: Sent = { startedMs, endedMs: Date.now(), messages, truth: [...truth] }
process.stdout.write(`${JSON.stringify(sent)}\n`)
socket.end()
process.exit(0)

function sleep(ms: number): Promise<void> {
  return ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : Promise.resolve()
}
