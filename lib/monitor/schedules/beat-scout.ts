/**
 * Looks, now and then, at a few messages that wait or are in workers' hands, for the mark of a beat; where workers are
 * quick, at the moment at which one is foretold, or a crontab may send one. And it asks whether a beat of Python is there,
 * which answers `ping` where it was allowed to (`beat_enable_remote_control`, wire.md D5).
 */
import type { Broker } from '../../broker/broker.ts'
import type { BeatView } from '../../live/schedule-views.ts'
import { every } from '../../runtime/every.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { Service } from '../../runtime/service.ts'
import type { Inspector, QueueReadings } from '../contracts.ts'
import type { TaskRecord } from '../records.ts'
import type { BeatMarks } from './beat-marks.ts'
import { createPaces } from './paces.ts'

const LOOK_EVERY_MS = 2_000
const PING_EVERY_MS = 15_000
const QUEUES_A_ROUND = 8
const MESSAGES_A_QUEUE = 20
const TAKEN_SCANNED = 100
const BEATS_MOST = 50
/** Two rounds without an answer, and a little. */
const SILENT_MS = 40_000
/** A message that a free worker takes is acknowledged after some milliseconds: it is looked for this often, so long. */
const PROBE_STEP_MS = 1
const PROBE_EARLY_MS = 60
const PROBE_LATE_MS = 260
const PROBE_QUEUES = 8
const PROBE_TICK_MS = 100
/** Looking takes at most a fifth of the time. */
const PROBE_REST = 4
const MINUTE_MS = 60_000
const FORGET_MS = 600_000

export interface BeatScout extends Service {
  /** A task of a name that no readable schedule has. */
  see(task: TaskRecord): void
  /** Beats that answered within the last ten minutes. */
  beats(nowMs: number): readonly BeatView[]
}

export interface BeatScoutDeps {
  readonly runtime: Runtime
  readonly broker: Broker
  readonly queues: Pick<QueueReadings, 'latest'>
  readonly inspector: Pick<Inspector, 'ask'>
  readonly marks: BeatMarks
}

export function createBeatScout({ runtime, broker, queues, inspector, marks }: BeatScoutDeps): BeatScout {
  const { clock } = runtime
  const ended = new AbortController()
  const answered = new Map<string, number>()
  const looked = new Set<string>()
  const paces = createPaces()
  let from = 0
  let restUntilMs = Number.NEGATIVE_INFINITY
  let loops: Promise<void>[] = []

  async function look(): Promise<void> {
    if (!broker.supports.peek || broker.status().state !== 'ready') return
    const { rows } = queues.latest()
    const busy = rows.filter(({ waiting, unacked }) => (waiting ?? 0) + (unacked ?? 0) > 0)
    const chosen = Array.from(
      { length: Math.min(QUEUES_A_ROUND, busy.length) },
      (_, i) => busy[(from + i) % busy.length],
    )
    from += QUEUES_A_ROUND
    for (const row of chosen) {
      if (row === undefined || ended.signal.aborted) continue
      // The newest, so that a backlog does not show the same ones again and again.
      const offset = Math.max(0, (row.waiting ?? 0) - MESSAGES_A_QUEUE)
      const [waiting, taken] = await Promise.all([
        broker.queues.peek(row.name, offset, MESSAGES_A_QUEUE),
        (row.unacked ?? 0) === 0 ? null : broker.queues.peekUnacked(row.name, MESSAGES_A_QUEUE, TAKEN_SCANNED),
      ])
      const nowMs = clock.nowMs()
      // What lay there at the first look may have come at any time.
      const isFresh = looked.has(row.name)
      if (looked.size < 1_000) looked.add(row.name)
      for (const { raw } of waiting) marks.see(raw, nowMs, isFresh)
      for (const { raw } of taken?.messages ?? []) marks.see(raw, nowMs, false)
    }
    for (const { name, waiting } of rows) if (waiting === 0 && looked.size < 1_000) looked.add(name)
  }

  /** Messages in workers' hands, again and again while one may be there. */
  async function probe(): Promise<void> {
    if (!broker.supports.peek || broker.status().state !== 'ready' || clock.monotonicMs() < restUntilMs) return
    const nowMs = clock.nowMs()
    const minuteMs = Math.ceil(nowMs / MINUTE_MS) * MINUTE_MS
    const withinMs = PROBE_EARLY_MS + PROBE_TICK_MS
    const dueMs = paces.next(nowMs, withinMs) ?? (minuteMs - nowMs <= withinMs ? minuteMs : null)
    if (dueMs === null) return
    const { rows } = queues.latest()
    const names = rows.slice(0, PROBE_QUEUES).map(({ name }) => name)
    const before = marks.revision
    const startedMs = clock.monotonicMs()
    const endMs = startedMs + (dueMs - nowMs) + PROBE_LATE_MS
    while (!ended.signal.aborted && clock.monotonicMs() < endMs && marks.revision === before) {
      const taken = await Promise.all(
        names.map((name) => broker.queues.peekUnacked(name, MESSAGES_A_QUEUE, TAKEN_SCANNED)),
      )
      for (const { messages } of taken) for (const { raw } of messages) marks.see(raw, clock.nowMs(), false)
      await clock.sleep(PROBE_STEP_MS)
    }
    restUntilMs = clock.monotonicMs() + (clock.monotonicMs() - startedMs) * PROBE_REST
  }

  async function ping(): Promise<void> {
    if (broker.status().state !== 'ready') return
    const replies = await inspector.ask('ping', {}, { beatsOnly: true })
    const nowMs = clock.nowMs()
    for (const { worker } of replies)
      if (answered.size < BEATS_MOST || answered.has(worker)) answered.set(worker, nowMs)
  }

  return {
    name: 'beat-scout',
    see(task) {
      if (task.name === null) return
      if (marks.knows(task.name)) paces.forget(task.name)
      else paces.see(task, clock.nowMs())
    },
    beats(nowMs) {
      for (const [node, atMs] of answered) if (nowMs - atMs > FORGET_MS) answered.delete(node)
      return [...answered].map(([node, atMs]) => ({
        ...{ node, software: 'unknown', lastTickMs: atMs, leaseEndsMs: null },
        state: nowMs - atMs > SILENT_MS ? 'down' : 'sending',
      }))
    },
    async start() {
      const repeat = (name: string, everyMs: number, work: () => Promise<void>) =>
        every(runtime, { name, everyMs, atOnce: false }, ended.signal, work)
      loops = [
        repeat('beat-scout', LOOK_EVERY_MS, look),
        repeat('beat-ping', PING_EVERY_MS, ping),
        repeat('beat-probe', PROBE_TICK_MS, probe),
      ]
    },
    async stop() {
      ended.abort()
      await Promise.all(loops)
    },
  }
}
