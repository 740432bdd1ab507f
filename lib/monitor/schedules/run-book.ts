/**
 * The runs of one entry as they are known from outside: from the notes of its store, and from task events where it
 * keeps none (Python's beats). Pure: no clock, no I/O. At most `RUNS_KEPT` runs.
 *
 * A task is taken for a run when it has the entry's name and no parent, and came when the entry was due: soon after a
 * mark of the calendar, or one interval after the run before. Other tasks of that name were called by somebody; when
 * they keep the schedule's beat as well, there is a second beat.
 */
import type { RunNote } from '../../schedule-store/schedule-store.ts'
import { nextFireMs, type Schedule } from '../../schedules/schedule.ts'
import type { TaskRecord } from '../records.ts'
import { isCalendar, lastFireMs } from './fire-times.ts'

export const RUNS_KEPT = 50
const STRAYS_KEPT = 20
/** Clocks of beat and worker differ a little: a run may seem to come before it was due. */
const EARLY_MS = 1_000
/** A run is taken for one of its mark when it came within half the time to the next mark, but not later than this. */
const LATE_MOST_MS = 600_000
/** A task so soon after the last run, in intervals, is not the next one. */
const TOO_SOON = 0.75
/** A store writes down a run at the latest this long after the task was seen. */
export const NOTE_DELAY_MS = 15_000
const SAME_MS = 2_000

export interface BookRun {
  slotMs: number | null
  sentMs: number | null
  taskId: string | null
  why: RunNote['why']
  /** Known from the store, not only from a task. */
  noted: boolean
  /** Another task was sent for the same time. */
  doubled: boolean
  /** Who sent it (`gen123@host`), when events say so. */
  client: string | null
  /** Of its task, as last seen. Wall clocks. */
  state: string | null
  startedMs: number | null
  endedMs: number | null
  runtimeMs: number | null
}

/** A task of the entry's name that is no known run. */
interface Stray {
  readonly taskId: string
  readonly atMs: number
  readonly client: string | null
}

export class RunBook {
  readonly #schedule: Schedule | null
  readonly #zone: string
  /** Oldest first. */
  readonly #runs: BookRun[] = []
  #strays: Stray[] = []

  /** Without a schedule each task is a run, and nobody knows when it was due. */
  constructor(schedule: Schedule | null, zone: string) {
    this.#schedule = schedule
    this.#zone = zone
  }

  /** Oldest first. */
  get runs(): readonly BookRun[] {
    return this.#runs
  }

  get newest(): BookRun | null {
    return this.#runs.at(-1) ?? null
  }

  /** Takes over what the store noted, newest first. True when something was new. */
  note(notes: readonly RunNote[]): boolean {
    let changed = false
    for (const note of notes.toReversed()) changed = this.#noteOne(note) || changed
    if (changed) this.#settle()
    return changed
  }

  /** Tasks that are no known run wait to be explained. */
  get hasStrays(): boolean {
    return this.#strays.length > 0
  }

  /** When the last of them was seen; null when there are none. */
  get newestStrayMs(): number | null {
    return this.#strays.at(-1)?.atMs ?? null
  }

  has(taskId: string): boolean {
    return this.#runs.some((run) => run.taskId === taskId)
  }

  /** How late a task seen at `atMs` would be as a run of this entry; null when it was not asked for then. */
  latenessMs(atMs: number): number | null {
    const slotMs = this.#slotFor(atMs)
    return slotMs === null ? null : Math.max(0, atMs - slotMs)
  }

  /**
   * A task of this entry's name without a parent that is no known run. `noted`: the store writes down each run, so that
   * a task that is not written down is none. True when it changed what the page shows.
   */
  offer(task: TaskRecord, noted: boolean): boolean {
    const atMs = seenMs(task)
    if (atMs === null || this.#strays.some((stray) => stray.taskId === task.uuid)) return false
    const unnamed = this.#runs.find((run) => run.noted && run.taskId === null && near(run.sentMs, atMs))
    if (unnamed !== undefined) {
      unnamed.taskId = task.uuid
      fill(unnamed, task)
      return true
    }
    const oldest = this.#runs[0]
    if (oldest !== undefined && atMs < timeOf(oldest) && (noted || this.#runs.length >= RUNS_KEPT)) return false
    const slotMs = noted ? null : this.#slotFor(atMs)
    if (slotMs === null && this.#schedule !== null) {
      this.#strays.push({ taskId: task.uuid, atMs, client: task.client })
      if (this.#strays.length > STRAYS_KEPT) this.#strays.shift()
      return false
    }
    const run = blank({ slotMs, sentMs: atMs, taskId: task.uuid, why: 'due', noted: false })
    fill(run, task)
    this.#runs.push(run)
    this.#settle()
    return true
  }

  /** True when this task is a run of the entry; what it became is taken over. */
  refresh(task: TaskRecord): boolean {
    const run = this.#runs.find((each) => each.taskId === task.uuid)
    return run !== undefined && fill(run, task)
  }

  /** A note may be read when its task has ended already, and no event follows: what became of it is looked up. */
  complete(find: (taskId: string) => TaskRecord | undefined): void {
    for (const run of this.#runs) {
      if (run.taskId === null || run.state !== null) continue
      const task = find(run.taskId)
      if (task !== undefined) fill(run, task)
    }
  }

  /**
   * When a second beat was last seen to send: tasks that no note explains and that keep the schedule's pace, runs that
   * stand for one slot, senders in turns. Marks the runs of the same time as doubled. `readMs`: when the notes were
   * read. Null when nothing says so.
   */
  secondBeatMs(readMs: number, isExplained: (taskId: string) => boolean): number | null {
    this.#strays = this.#strays.filter((stray) => !isExplained(stray.taskId))
    const old = this.#strays.filter((stray) => readMs - stray.atMs > NOTE_DELAY_MS)
    const schedule = this.#schedule
    const regular =
      schedule !== null && isCalendar(schedule)
        ? old.filter(({ atMs }) => this.#runs.some((run) => run.why === 'due' && near(run.slotMs, atMs, SAME_MS * 2)))
        : this.#inStep(old)
    for (const { atMs } of regular) {
      const run = this.#nearest(atMs)
      if (run !== null) run.doubled = true
    }
    const doubled = this.#runs.slice(-10).filter((run) => run.doubled)
    const times = [...regular.map(({ atMs }) => atMs), ...(doubled.length >= 2 ? doubled.map(timeOf) : [])]
    if (this.#sendersInTurns()) times.push(timeOf(this.#runs.at(-1) as BookRun)) // there are runs in turns
    return times.length < 2 && !this.#sendersInTurns() ? null : Math.max(...times)
  }

  /** A beat that was started anew has another name once; two that run change with each other. */
  #sendersInTurns(): boolean {
    const senders = this.#runs
      .slice(-10)
      .flatMap(({ client, why }) => (client === null || why !== 'due' ? [] : [client]))
    return senders.filter((client, at) => at > 0 && client !== senders[at - 1]).length >= 3
  }

  #noteOne({ slotMs, sentMs, taskId, why }: RunNote): boolean {
    const known = this.#runs.find((run) =>
      taskId === null
        ? run.noted && run.slotMs === slotMs && run.sentMs === sentMs && run.why === why
        : run.taskId === taskId,
    )
    if (known?.noted === true) return false
    if (known !== undefined) {
      Object.assign(known, { slotMs, sentMs, why, noted: true })
      return true
    }
    const oldest = this.#runs[0]
    if (this.#runs.length >= RUNS_KEPT && oldest !== undefined && sentMs < timeOf(oldest)) return false
    this.#strays = this.#strays.filter((stray) => stray.taskId !== taskId)
    this.#runs.push(blank({ slotMs, sentMs, taskId, why, noted: true }))
    return true
  }

  /** In order of time, the newest only, and which of them stand for the same slot. */
  #settle(): void {
    this.#runs.sort((a, b) => timeOf(a) - timeOf(b))
    if (this.#runs.length > RUNS_KEPT) this.#runs.splice(0, this.#runs.length - RUNS_KEPT)
    const slots = new Map<number, BookRun>()
    for (const run of this.#runs) {
      if (run.slotMs === null || run.why !== 'due') continue
      const before = slots.get(run.slotMs)
      if (before !== undefined) run.doubled = true
      slots.set(run.slotMs, run)
    }
  }

  /** The time that a task seen at `atMs` was due at; null when the schedule did not ask for it. */
  #slotFor(atMs: number): number | null {
    const schedule = this.#schedule
    if (schedule === null) return null
    if (!isCalendar(schedule)) {
      const before = this.#runs.findLast((run) => run.why === 'due' && timeOf(run) <= atMs)
      if (before === undefined) return atMs
      const baseMs = timeOf(before)
      const everyMs = (nextFireMs(schedule, baseMs, this.#zone) ?? baseMs) - baseMs
      if (atMs - baseMs < everyMs * TOO_SOON) return null
      return everyMs <= 0
        ? atMs
        : Math.min(atMs, baseMs + everyMs * Math.max(1, Math.floor((atMs - baseMs) / everyMs + 0.05)))
    }
    const slotMs = lastFireMs(schedule, this.#zone, atMs + EARLY_MS)
    if (slotMs === null) return null
    const nextMs = nextFireMs(schedule, slotMs, this.#zone) ?? Number.POSITIVE_INFINITY
    return atMs - slotMs <= Math.min(LATE_MOST_MS, (nextMs - slotMs) / 2) ? slotMs : null
  }

  /** Strays that follow each other, or a stray two before, at the schedule's own pace. */
  #inStep(strays: readonly Stray[]): readonly Stray[] {
    const schedule = this.#schedule
    if (schedule === null) return []
    const step = (from: number) => (nextFireMs(schedule, from, this.#zone) ?? from) - from
    return strays.filter((stray) =>
      strays.some((other) => {
        const gap = Math.abs(stray.atMs - other.atMs)
        const everyMs = step(Math.min(stray.atMs, other.atMs))
        return other !== stray && Math.abs(gap - everyMs) <= Math.max(everyMs * 0.1, 50)
      }),
    )
  }

  #nearest(atMs: number): BookRun | null {
    let found: BookRun | null = null
    for (const run of this.#runs) {
      if (run.why !== 'due') continue
      if (found === null || Math.abs(timeOf(run) - atMs) < Math.abs(timeOf(found) - atMs)) found = run
    }
    return found
  }
}

/** When a task was sent, or first seen by a worker; wall clock. */
export function seenMs(task: TaskRecord): number | null {
  return inMs(task.sent ?? task.received ?? task.started)
}

function timeOf(run: BookRun): number {
  return run.sentMs ?? run.slotMs ?? 0
}

function near(ms: number | null, otherMs: number, withinMs = SAME_MS): boolean {
  return ms !== null && Math.abs(ms - otherMs) <= withinMs
}

function blank(run: Pick<BookRun, 'slotMs' | 'sentMs' | 'taskId' | 'why' | 'noted'>): BookRun {
  return { ...run, doubled: false, client: null, state: null, startedMs: null, endedMs: null, runtimeMs: null }
}

/** True when the task tells something that was not known of this run. */
function fill(run: BookRun, task: TaskRecord): boolean {
  const ended = task.succeeded ?? task.failed ?? task.revoked ?? task.rejected
  const next = {
    client: task.client,
    state: task.state,
    startedMs: inMs(task.started),
    endedMs: inMs(ended),
    runtimeMs: task.runtime === null ? null : task.runtime * 1_000,
  }
  const changed =
    run.state !== next.state ||
    run.client !== next.client ||
    run.startedMs !== next.startedMs ||
    run.endedMs !== next.endedMs ||
    run.runtimeMs !== next.runtimeMs
  if (changed) Object.assign(run, next)
  return changed
}

function inMs(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds * 1_000)
}
