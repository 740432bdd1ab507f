/**
 * Event to pixel: how long after an event was published do browsers have it?
 *
 * One dashboard, 1,000 events a second (250 tasks), 50 sockets that watch the task list and the overview, and one real
 * Chromium on a task's page. The time of a socket is from PUBLISH to the diff that brings the row; the time of the
 * browser is from PUBLISH to the changed word in the DOM.
 *
 *   node_modules/.bin/node bench/pixel/run.ts [--sockets=50] [--rate=1000] [--seconds=20]
 */
import { randomUUID } from 'node:crypto'
import { chromium } from '@playwright/test'
import type { Redis } from 'ioredis'
import { io, type Socket } from 'socket.io-client'
import { startDashboard } from '../../e2e/stack.ts'
import { apply } from '../../lib/live/apply.ts'
import type { Change, Json } from '../../lib/live/changes.ts'
import { SOCKET_PATH } from '../../lib/live/socket.ts'
import type { TasksView } from '../../lib/live/views.ts'
import { createEventEnvelope, eventRoutingKey } from '../../lib/protocol/events.ts'
import { formatEnvelope } from '../../lib/protocol/message.ts'
import { startRedis } from '../../lib/testing/redis.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'
import { percentile } from '../percentile.ts'

const sockets = option('sockets', 50)
const rate = option('rate', 1_000)
const seconds = option('seconds', 20)
const EVENTS_A_TASK = 4
const TICK_MS = 20

const redis = await startRedis()
const dashboard = await startDashboard([`--broker=${redis.url}`, '--data-dir=/tmp/umbel-bench-pixel'])
const publisher = redis.connect()
const published = new Map<string, number>()

try {
  const delays: number[] = []
  const open = await Promise.all(Array.from({ length: sockets }, () => watch(dashboard.url, delays)))
  await waitFor(async () => Number(await publisher.publish('/0.celeryev/ping', '{}')) > 0, { what: 'the subscription' })

  const stop = generate(publisher)
  const shown = await browserDelays(dashboard.url, publisher)
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
  stop()
  for (const socket of open) socket.disconnect()

  const row = (name: string, values: readonly number[]) =>
    console.log(
      `${name.padEnd(34)} ${[0.5, 0.95, 0.99, 1].map((p) => `${Math.round(percentile(values, p))} ms`.padStart(9)).join('')}   n=${values.length}`,
    )
  console.log(
    `\nEvent to pixel at ${rate} events/s, ${sockets} sockets\n${''.padEnd(34)}       p50      p95      p99      max`,
  )
  row('published -> socket has the row', delays)
  row('published -> word in Chromium', shown)
  process.exitCode = percentile(delays, 0.99) < 500 && percentile(shown, 0.99) < 500 ? 0 : 1
} finally {
  await dashboard.stop()
  await redis.stop()
}

function option(name: string, fallback: number): number {
  const given = process.argv.find((word) => word.startsWith(`--${name}=`))
  return given === undefined ? fallback : Number(given.slice(name.length + 3))
}

/** One event as a worker without batching sends it. */
function send(to: Redis, type: string, uuid: string, more: object = {}): void {
  const event = {
    hostname: 'bench@host',
    utcoffset: 0,
    pid: 1,
    clock: 1,
    uuid,
    ...more,
    timestamp: Date.now() / 1_000,
    type,
  }
  const envelope = createEventEnvelope(event, { hostname: 'bench@host', newId: randomUUID })
  void to.publish(`/0.celeryev/${eventRoutingKey(type)}`, formatEnvelope(envelope))
}

/** Starts `rate` events a second: a quarter of them are new tasks. */
function generate(to: Redis): () => void {
  const perTick = Math.max(1, Math.round((rate / EVENTS_A_TASK / 1_000) * TICK_MS))
  const timer = setInterval(() => {
    for (let i = 0; i < perTick; i++) {
      const uuid = randomUUID()
      published.set(uuid, Date.now())
      const facts = { name: `bench.task${i % 12}`, args: '(1, 2)', kwargs: '{}', retries: 0, eta: null, expires: null }
      send(to, 'task-sent', uuid, { ...facts, queue: 'celery', exchange: '', routing_key: 'celery' })
      send(to, 'task-received', uuid, facts)
      send(to, 'task-started', uuid)
      send(to, 'task-succeeded', uuid, { result: '3', runtime: 0.01 })
    }
  }, TICK_MS)
  return () => clearInterval(timer)
}

/** A browser's socket on the task list; notes the delay of every row it sees for the first time. */
async function watch(url: string, delays: number[]): Promise<Socket> {
  const socket = io(url, { path: SOCKET_PATH, transports: ['websocket'] })
  let view: Json = null
  const seen = new Set<string>()
  const look = () => {
    const nowMs = Date.now()
    for (const row of (view as unknown as TasksView).rows) {
      if (seen.has(row.id)) continue
      seen.add(row.id)
      const at = published.get(row.id)
      if (at !== undefined) delays.push(nowMs - at)
    }
  }
  socket.on('snapshot', (message: { readonly topic: string; readonly view: Json }) => {
    if (!message.topic.startsWith('tasks')) return
    view = message.view
    look()
  })
  socket.on('diff', (message: { readonly topic: string; readonly change: Change }) => {
    if (!message.topic.startsWith('tasks')) return
    view = apply(view, message.change)
    look()
  })
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()))
  socket.emit('watch', 'tasks?limit=100&sort=-received', () => {})
  socket.emit('watch', 'overview?range=15m', () => {})
  return socket
}

/** The page of one task after another: from the event to the word on the page. */
async function browserDelays(url: string, to: Redis): Promise<readonly number[]> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  })
  const found: number[] = []
  try {
    const page = await browser.newPage()
    for (let i = 0; i < 20; i++) {
      const uuid = randomUUID()
      send(to, 'task-received', uuid, { name: 'bench.seen', args: '()', kwargs: '{}', retries: 0 })
      send(to, 'task-started', uuid)
      await page.goto(`${url}/task/${uuid}`)
      await page.getByRole('main').getByText('Running', { exact: true }).first().waitFor()
      await page.evaluate(() => {
        const marked = window as unknown as { succeededAt?: number }
        new MutationObserver(() => {
          if (document.querySelector('main')?.textContent?.includes('Succeeded')) marked.succeededAt ??= Date.now()
        }).observe(document.body, { subtree: true, childList: true, characterData: true })
      })
      const at = Date.now()
      send(to, 'task-succeeded', uuid, { result: '1', runtime: 0.5 })
      const seen = await page.waitForFunction(() => (window as unknown as { succeededAt?: number }).succeededAt)
      found.push(Number(await seen.jsonValue()) - at)
    }
  } finally {
    await browser.close()
  }
  return found
}
