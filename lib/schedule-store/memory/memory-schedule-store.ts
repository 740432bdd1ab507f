/** A schedule in this process alone: for tests, for a dashboard without a data folder, for a beat without a disk. */
import { randomUUID } from 'node:crypto'
import type { Runtime } from '../../runtime/runtime.ts'
import { publishAll, toError } from '../publish-all.ts'
import { type BeforeRun, createScheduleBook, type NotedRun, type ScheduleBook } from '../schedule-book.ts'
import type { BeatPresence, Lease, ScheduleStore, SendEnd, Sending } from '../schedule-store.ts'

/** What several stores may share, as several programs share a file. */
export interface MemorySchedule {
  readonly book: ScheduleBook
  edits: number
  readonly beats: Map<string, BeatPresence>
  /** `endsMs` on the monotonic clock. */
  lease: { readonly token: string; readonly holder: string; readonly endsMs: number } | null
}

export interface MemoryScheduleOptions {
  readonly runtime: Runtime
  readonly schedule?: MemorySchedule
  readonly leaseMs?: number
}

const LEASE_MS = 15_000
/** A holder stops so long before the end (SST-6). */
const MARGIN_MS = 1_000
const PRESENT_MS = 60_000

export function createMemorySchedule(): MemorySchedule {
  return { book: createScheduleBook(), edits: 0, beats: new Map(), lease: null }
}

export function createMemoryScheduleStore({
  runtime: { clock },
  schedule = createMemorySchedule(),
  leaseMs = LEASE_MS,
}: MemoryScheduleOptions): ScheduleStore {
  const { book, beats } = schedule

  /** The lease that holds now; what has run out is nobody's. */
  function held(): MemorySchedule['lease'] {
    return schedule.lease !== null && schedule.lease.endsMs > clock.monotonicMs() ? schedule.lease : null
  }
  function take(token: string, holder: string): Lease {
    const endsMs = clock.monotonicMs() + leaseMs
    schedule.lease = { token, holder, endsMs }
    return { token, actUntilMs: endsMs - MARGIN_MS }
  }
  async function edit(change: () => void): Promise<void> {
    change()
    schedule.edits++
  }

  async function sendAll(all: readonly Sending[], lease: Lease | null): Promise<readonly SendEnd[]> {
    if (lease !== null && held()?.token !== lease.token) return all.map(() => 'lease-lost')
    const noted: { readonly at: number; readonly run: NotedRun; readonly before: BeforeRun }[] = []
    const ends = all.map(({ run: { name, slotMs, nowMs, why }, message: { taskId } }, at): SendEnd => {
      try {
        const run = { name, slotMs, nowMs, why, taskId }
        const before = book.note(run)
        if (before !== null) noted.push({ at, run, before })
        return before === null ? 'taken' : 'sent'
      } catch (error) {
        return toError(error)
      }
    })
    const failures = await publishAll(noted.flatMap(({ at }) => all[at]?.message ?? []))
    noted.forEach(({ at, run, before }, index) => {
      const failure = failures[index] ?? null
      if (failure === null) return
      book.takeBack(run, before)
      ends[at] = failure
    })
    return ends
  }

  return {
    kind: 'memory',
    place: 'memory',
    supports: { lease: true, edit: true, oneStep: false },
    leases: {
      async acquire(holder) {
        return held() === null ? take(randomUUID(), holder) : null
      },
      async renew({ token }) {
        const now = held()
        return now?.token === token ? take(token, now.holder) : null
      },
      async release({ token }) {
        if (schedule.lease?.token === token) schedule.lease = null
      },
    },
    async open() {},
    async close() {},

    async load() {
      return { version: String(schedule.edits), entries: book.stored(), broken: [] }
    },
    version: async () => String(schedule.edits),
    async adopt(entries, nowMs) {
      if (book.adopt(entries, nowMs)) schedule.edits++
    },

    async send(run, message, lease) {
      const [end = 'taken'] = await sendAll([{ run, message }], lease)
      if (end instanceof Error) throw end
      return end
    },
    sendAll,
    async sync() {},
    async report(presence) {
      beats.set(`${presence.node} ${presence.pid}`, presence)
    },

    async beats() {
      const nowMs = clock.nowMs()
      for (const [key, { lastTickMs }] of beats) if ((lastTickMs ?? nowMs) < nowMs - PRESENT_MS) beats.delete(key)
      return [...beats.values()]
    },
    runs: async (name, limit) => book.runs(name, limit),

    put: (entry, mode) => edit(() => book.put(entry, mode, clock.nowMs())),
    remove: (name) => edit(() => book.remove(name)),
    setEnabled: (name, enabled) => edit(() => book.setEnabled(name, enabled)),
    hold: (name, untilMs, by) => edit(() => book.hold(name, untilMs, by)),
    skip: (name, slotMs) => edit(() => book.skip(name, slotMs, clock.nowMs())),
    runNow: (name, nowMs) => edit(() => book.runNow(name, nowMs)),
  }
}
