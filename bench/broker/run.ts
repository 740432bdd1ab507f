/**
 * What the Redis broker costs: messages taken and acknowledged, published, events received, and an idle consumer.
 * "A core could" leaves out what Redis and the sender of the events take on the same machine.
 *
 *   node_modules/.bin/node bench/broker/run.ts [--messages=60000]
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Broker } from '../../lib/broker/broker.ts'
import { createRedisBroker } from '../../lib/broker/redis/redis-broker.ts'
import { decodeEvents } from '../../lib/protocol/events.ts'
import { createRuntime } from '../../lib/runtime/runtime.ts'
import { type RedisServer, startRedis } from '../../lib/testing/redis.ts'
import { sampleEnvelope } from '../../lib/testing/sample-envelope.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'
import { prepareEvents } from '../ingest/send-events.ts'

const MESSAGES = Number(process.argv.find((word) => word.startsWith('--messages='))?.slice(11) ?? 60_000)
const IDLE_MS = 10_000
const BARS = { take: 30_000, events: 40_000, idle: 1 }

const server = await startRedis({ args: ['--client-output-buffer-limit', 'pubsub', '0', '0', '0'] })
try {
  say(row(['', 'a second', 'µs CPU each', 'a core could', 'bar']))
  for (const [name, concurrency] of [
    ['publish, 1 at a time', 1],
    ['publish, 100 at a time', 100],
    ['publish, 1,000 at a time', 1_000],
  ] as const) {
    await measured(name, (broker) => publish(broker, concurrency))
  }
  await measured('take + ack, prefetch 4', (broker) => take(broker, 4))
  await measured('take + ack, prefetch 400', (broker) => take(broker, 400), BARS.take)
  await measured('take + ack, no limit', (broker) => take(broker, 0))
  await measured('events, one a message', (broker) => listen(broker, false), BARS.events)
  await measured('events, batched', (broker) => listen(broker, true))
  await idle()
} finally {
  await server.stop()
}

async function measured(name: string, work: (broker: Broker) => Promise<Measured>, bar?: number): Promise<void> {
  const broker = await connect(server)
  const { count, ms, cpuMicros } = await work(broker)
  await broker.close()
  await server.connect().flushall()
  const rate = (count / ms) * 1_000
  const each = cpuMicros / count
  const cells = [name, rate.toFixed(0), each.toFixed(1), (1e6 / each).toFixed(0)]
  say(row([...cells, bar === undefined ? '' : verdict(rate >= bar, bar)]))
}

interface Measured {
  readonly count: number
  readonly ms: number
  readonly cpuMicros: number
}

/** Runs `work` by the clock. */
async function timed(count: number, work: () => Promise<unknown>): Promise<Measured> {
  const [startMs, cpu] = [performance.now(), process.cpuUsage()]
  await work()
  const { user, system } = process.cpuUsage(cpu)
  return { count, ms: performance.now() - startMs, cpuMicros: user + system }
}

function publish(broker: Broker, concurrency: number): Promise<Measured> {
  const count = concurrency === 1 ? MESSAGES / 10 : MESSAGES
  const envelope = sampleEnvelope(1)
  let left = count
  const one = async () => {
    while (left-- > 0) await broker.publish('q', envelope)
  }
  return timed(count, () => Promise.all(Array.from({ length: concurrency }, one)))
}

async function take(broker: Broker, prefetch: number): Promise<Measured> {
  const count = prefetch !== 0 && prefetch < 100 ? MESSAGES / 10 : MESSAGES
  await Promise.all(Array.from({ length: count }, (_, n) => broker.publish('q', sampleEnvelope(n))))
  let acked = 0
  return timed(count, () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    broker.consume({
      queues: ['q'],
      prefetch,
      onDelivery(delivery) {
        void delivery.ack().then(() => {
          if (++acked === count) resolve()
        })
      },
    })
    return promise
  })
}

/** Sent from a process of its own as fast as it can, decoded here. */
async function listen(broker: Broker, batched: boolean): Promise<Measured> {
  const events = MESSAGES * (batched ? 10 : 4)
  let received = 0
  await broker.fanout.subscribe('celeryev', '#', ({ raw }) => {
    decodeEvents(
      raw,
      0,
      () => received++,
      () => {},
    )
  })
  const sending = prepareEvents({ port: server.port, events, rate: 40_000, batched, paced: false })
  try {
    await sending.ready
    const result = await timed(events, async () => {
      await sending.send()
      await waitFor(() => received >= events, { everyMs: 2, timeoutMs: 60_000, what: 'all events' })
    })
    return { ...result, count: received }
  } finally {
    sending.stop()
  }
}

async function idle(): Promise<void> {
  const broker = await connect(server)
  broker.consume({ queues: ['a', 'b', 'c'], prefetch: 4, onDelivery: () => {} })
  await broker.fanout.subscribe('celeryev', '#', () => {})
  await sleep(1_000)
  const { ms, cpuMicros } = await timed(1, () => sleep(IDLE_MS))
  await broker.close()
  const percent = cpuMicros / ms / 10
  say(row(['idle, 3 queues', `${percent.toFixed(2)} % CPU`, '', '', verdict(percent <= BARS.idle, `${BARS.idle} %`)]))
}

async function connect({ url }: RedisServer): Promise<Broker> {
  const broker = createRedisBroker({ url, runtime: createRuntime() })
  await broker.open()
  return broker
}

function verdict(holds: boolean, bar: number | string): string {
  return `${bar} ${holds ? 'holds' : 'MISSED'}`
}

function row([first = '', ...rest]: readonly string[]): string {
  return first.padEnd(26) + rest.map((cell) => cell.padStart(16)).join('')
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
