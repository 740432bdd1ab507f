/**
 * A stream of events as workers send them, encoded in full before anything is measured: 4 events a task (sent,
 * received, started, and succeeded or, one time in twenty, failed), 8 workers, heartbeats, `task.multi` batches of up
 * to 24 or one event a message. And the truth about it: how many events of which worker, type and task it holds.
 */
import { randomUUID } from 'node:crypto'

export interface StreamOptions {
  readonly events: number
  /** Events a second by the times that stand in the events; also how the stream is cut into slices. */
  readonly rate: number
  readonly batched: boolean
  /** Time of the first event, epoch seconds. */
  readonly startSeconds: number
}

export interface EventStream {
  /** RESP commands, ready for the socket, by the 10 ms in which they are due. */
  readonly slices: readonly Buffer[]
  readonly messages: number
  /** `worker type task` → count. */
  readonly truth: ReadonlyMap<string, number>
}

export const SLICE_MS = 10
const WORKERS = 8
const NAMES = 40
const MAX_BATCH = 24
const HEARTBEAT_SECONDS = 2
const EVENTS_A_TASK = 4

type Event = Record<string, unknown>

export function createEventStream({ events, rate, batched, startSeconds }: StreamOptions): EventStream {
  const truth = new Map<string, number>()
  const slices: Buffer[][] = []
  const buffers: Event[][] = Array.from({ length: WORKERS + 1 }, () => [])
  const sizes = buffers.map((_, i) => 1 + ((i * 7 + 11) % MAX_BATCH))
  const processed = new Array<number>(WORKERS).fill(0)
  let messages = 0
  let clock = 1

  const publish = (atSeconds: number, routingKey: string, hostname: unknown, body: unknown) => {
    const slice = Math.floor(((atSeconds - startSeconds) * 1_000) / SLICE_MS)
    while (slices.length <= slice) slices.push([])
    slices[slice]?.push(encode(routingKey, hostname, body))
    messages++
  }
  const flush = (sender: number, atSeconds: number) => {
    const batch = buffers[sender]?.splice(0) ?? []
    if (batch.length > 0) publish(atSeconds, 'task.multi', batch[0]?.['hostname'], batch)
    // Real batches are as long as what happened in one turn of the worker's loop.
    sizes[sender] = 1 + (((sizes[sender] ?? 1) * 5 + 7) % MAX_BATCH)
  }
  const emit = (sender: number, atSeconds: number, name: string, event: Event) => {
    const type = String(event['type'])
    const key = `${event['hostname']} ${type} ${name}`
    truth.set(key, (truth.get(key) ?? 0) + 1)
    if (!batched) return publish(atSeconds, type.replaceAll('-', '.'), event['hostname'], event)
    const buffer = buffers[sender]
    if (buffer !== undefined && buffer.push(event) >= (sizes[sender] ?? 1)) flush(sender, atSeconds)
  }

  let nextHeartbeat = startSeconds
  const taskCount = Math.floor(events / EVENTS_A_TASK)
  for (let i = 0; i < taskCount; i++) {
    const at = startSeconds + (i * EVENTS_A_TASK) / rate
    for (; at >= nextHeartbeat; nextHeartbeat += HEARTBEAT_SECONDS) {
      for (let w = 0; w < WORKERS; w++) {
        if (batched) flush(w, nextHeartbeat)
        const beat = heartbeat(w, nextHeartbeat, clock++, processed[w] ?? 0)
        publish(nextHeartbeat, 'worker.heartbeat', beat['hostname'], beat)
      }
    }
    const w = i % WORKERS
    processed[w] = (processed[w] ?? 0) + 1
    for (const [sender, event] of lifeOf(i, w, at, () => clock++)) emit(sender, at, nameOf(i), event)
  }
  for (const sender of buffers.keys()) flush(sender, startSeconds + events / rate)
  return { slices: slices.map((parts) => Buffer.concat(parts)), messages, truth }
}

function nameOf(task: number): string {
  return `proj.tasks.task_${task % NAMES}`
}

function senderOf(worker: number): Event {
  return { hostname: `bench${worker}@host`, utcoffset: 0.0, pid: 1_000 + worker }
}

function heartbeat(worker: number, timestamp: number, clock: number, processed: number): Event {
  const load = { freq: HEARTBEAT_SECONDS, active: 1, processed, loadavg: [1.0, 0.8, 0.6] }
  const software = { sw_ident: 'py-celery', sw_ver: '5.7.0', sw_sys: 'Linux' }
  return { ...senderOf(worker), clock, ...load, ...software, timestamp, type: 'worker-heartbeat' }
}

function* lifeOf(i: number, w: number, at: number, tick: () => number): Iterable<readonly [number, Event]> {
  const uuid = randomUUID()
  const client = { hostname: 'gen77@web', utcoffset: 0.0, pid: 77 }
  const worker = senderOf(w)
  const task = {
    uuid,
    name: nameOf(i),
    args: `(${i}, 'customer-${i}@example.com')`,
    kwargs: i % 3 === 0 ? `{'order': ${i}, 'retry': False}` : '{}',
    root_id: uuid,
    parent_id: null,
    retries: 0,
    eta: null,
    expires: null,
  }
  const route = { queue: `queue_${i % 5}`, exchange: '', routing_key: `queue_${i % 5}` }
  yield [WORKERS, { ...client, clock: tick(), ...task, ...route, timestamp: at, type: 'task-sent' }]
  yield [w, { ...worker, clock: tick(), ...task, timestamp: at + 0.0021, type: 'task-received' }]
  yield [w, { ...worker, clock: tick(), uuid, timestamp: at + 0.0034, type: 'task-started' }]
  const end = { ...worker, clock: tick(), uuid }
  if (i % 20 !== 7) {
    yield [w, { ...end, result: `'result of ${i}'`, runtime: 0.0234, timestamp: at + 0.0268, type: 'task-succeeded' }]
    return
  }
  const exception = `ValueError('no stock for ${i}')`
  const traceback = `Traceback (most recent call last):\n  File "/srv/tasks.py", line 88, in run\n    raise ${exception}\n`
  yield [w, { ...end, exception, traceback, timestamp: at + 0.0268, type: 'task-failed' }]
}

/** As kombu writes it (wire.md B1, C1), in a PUBLISH command. */
function encode(routingKey: string, hostname: unknown, body: unknown): Buffer {
  const envelope = {
    body: Buffer.from(JSON.stringify(body)).toString('base64'),
    'content-encoding': 'utf-8',
    'content-type': 'application/json',
    headers: { hostname },
    properties: {
      delivery_mode: 1,
      delivery_info: { exchange: 'celeryev', routing_key: routingKey },
      priority: 0,
      body_encoding: 'base64',
      delivery_tag: randomUUID(),
    },
  }
  const channel = `/0.celeryev/${routingKey}`
  const payload = JSON.stringify(envelope)
  return Buffer.from(
    `*3\r\n$7\r\nPUBLISH\r\n$${channel.length}\r\n${channel}\r\n$${Buffer.byteLength(payload)}\r\n${payload}\r\n`,
  )
}
