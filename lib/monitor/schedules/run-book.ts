/**
 * The runs of one entry as they are known from outside: from the notes of its store, and from task events and what the
 * store counts where it keeps none (Python's beats). Pure: no clock, no I/O. At most `RUNS_KEPT` runs.
 *
 * A task is taken for a run when it has the entry's name and no parent, and came when the entry was due: soon after a
 * mark of the calendar, or one interval after the run before. Other tasks of that name were called by somebody; when
 * they keep the schedule's beat as well, there is a second beat.
 */
import type { RunNote } from '../../schedule-store/schedule-store.ts'
import { nextFireMs, type Schedule } from '../../schedules/schedule.ts'
import type { TaskRecord } from '../records.ts'
import { type BookRun, blankRun, fillRun, near, type Stray, seenMs, timeOf } from './book-run.ts'
import { isCalendar, lastFireMs } from './fire-times.ts'
import { nearestDue, sendersInTurns, straysInStep } from './second-beat.ts'

export const RUNS_KEPT = 50
const STRAYS_KEPT = 20
/** Clocks of beat and worker differ a little: a run may seem to come before it was due. */
const EARLY_MS = 2_500
/** A run is taken for one of its mark when it came within half the time to the next mark, but not later than this. */
const LATE_MOST_MS = 600_000
/** A second task for one mark was sent by a second beat when it came so soon after the first; else somebody called it. */
const DOUBLE_MS = 5_000
/** A task so soon after the last run, in intervals, is not the next one. */
const TOO_SOON = 0.75
/** What was asked for is sent within this time, by a clock that may be a little behind. */
const ASKED_MS = 600_000
const ASKED_EARLY_MS = 500
/** Two runs so far apart, in intervals, had one between them, or the second one was late. */
const MAY_HAVE_MISSED = 1.5
/** A store writes down a run at the latest this long after the task was seen. */
export const NOTE_DELAY_MS = 15_000
/** What a worker tells so soon after the mark was sent at the mark. */
const EXACT_MS = 2_000
const DRIFT_MOST_MS = 15_000
/** So many runs in a row say that workers tell of each. */
const SEEN_RUNS = 2

export class RunBook {
  readonly #schedule: Schedule | null
  readonly #zone: string
  readonly #sinceMs: number
  /** Oldest first. */
  readonly #runs: BookRun[] = []
  #strays: Stray[] = []
  #isToldAtOnce = false
  /** When somebody asked for a run by hand that did not come yet; wall clock. */
  #askedMs: number | null = null

  /**
   * Without a schedule each task is a run, and nobody knows when it was due. `sinceMs`: who was there before may have
   * missed some.
   */
  constructor(schedule: Schedule | null, zone: string, sinceMs = Number.NEGATIVE_INFINITY) {
    this.#schedule = schedule
    this.#zone = zone
    this.#sinceMs = sinceMs
  }

  /** Runs that an earlier process knew of. */
  restore(runs: readonly BookRun[]): void {
    this.#runs.push(...runs.filter(({ taskId }) => taskId === null || !this.has(taskId)))
    this.#settle()
  }

  /** Oldest first. */
  get runs(): readonly BookRun[] {
    return this.#runs
  }

  get newest(): BookRun | null {
    return this.#runs.at(-1) ?? null
  }

  /** Whoever sends its runs tells of it by events; else a worker does, when it has time for them. */
  get isToldAtOnce(): boolean {
    return this.#isToldAtOnce
  }

  /** Its last runs were all told by workers, whatever its store says of them. */
  get isSeenByWorkers(): boolean {
    const due = this.#runs.filter(({ why }) => why === 'due').slice(-SEEN_RUNS)
    return due.length === SEEN_RUNS && due.every(({ taskId }) => taskId !== null)
  }

  /** Takes over what the store noted, newest first. True when something was new. */
  note(notes: readonly RunNote[]): boolean {
    let changed = false
    for (const note of notes.toReversed()) changed = this.#noteOne(note) || changed
    if (changed) this.#settle()
    return changed
  }

  /**
   * The store has counted `count` more runs, the last of them sent at `sentMs`, and writes down nothing else (Python's
   * beats): what no task told of yet is a run as well.
   */
  sawSent(sentMs: number, count: number): void {
    const times = this.#timesUpTo(sentMs, Math.min(count, RUNS_KEPT))
    for (const atMs of times) this.#sentOne(atMs, atMs === sentMs)
    this.#settle()
  }

  /** Somebody asked for a run; a beat that writes down none sends it as its next one. */
  askedByHand(nowMs: number): void {
    this.#askedMs = nowMs
  }

  /** Tasks that are no known run wait to be explained. */
  get hasStrays(): boolean {
    return this.#strays.length > 0
  }

  /** When the last of them was seen; null when there are none. */
  get newestStrayMs(): number | null {
    return this.#strays.at(-1)?.atMs ?? null
  }

  /** They are to be offered anew: another kind of beat works now. */
  letStraysGo(): readonly string[] {
    const ids = this.#strays.map(({ taskId }) => taskId)
    this.#strays = []
    return ids
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
   * a task that is not written down is none. `emptyMs`: when nothing of it waited in a queue, last before it was seen. True when it changed what the
   * page shows.
   */
  offer(task: TaskRecord, noted: boolean, emptyMs: number | null = null): boolean {
    const atMs = seenMs(task)
    if (atMs === null || this.#strays.some((stray) => stray.taskId === task.uuid)) return false
    this.#isToldAtOnce ||= task.sent !== null
    const unnamed = this.#unnamedRun(task, atMs, noted)
    if (unnamed !== undefined) {
      unnamed.taskId = task.uuid
      fillRun(unnamed, task)
      return true
    }
    if (!noted && this.#takeAsked(atMs)) {
      const byHand = blankRun({ slotMs: null, sentMs: atMs, taskId: task.uuid, why: 'hand', noted: false })
      fillRun(byHand, task)
      this.#runs.push(byHand)
      this.#settle()
      return true
    }
    const oldest = this.#runs[0]
    if (oldest !== undefined && atMs < timeOf(oldest) && (noted || this.#runs.length >= RUNS_KEPT)) return false
    const slotMs = noted ? null : this.#slotFor(atMs)
    if (this.#schedule !== null && (slotMs === null || this.#isCalled(slotMs, atMs))) {
      this.#strays.push({ taskId: task.uuid, atMs, client: task.client })
      if (this.#strays.length > STRAYS_KEPT) this.#strays.shift()
      return false
    }
    const isExact = task.sent !== null || (slotMs !== null && isAbout(slotMs, atMs, emptyMs))
    const run = blankRun({ slotMs, sentMs: atMs, taskId: task.uuid, why: 'due', noted: false }, isExact)
    fillRun(run, task)
    this.#runs.push(run)
    this.#settle()
    return true
  }

  /** True when this task is a run of the entry; what it became is taken over. */
  refresh(task: TaskRecord): boolean {
    const run = this.#runs.find((each) => each.taskId === task.uuid)
    return run !== undefined && fillRun(run, task)
  }

  /** A note may be read when its task has ended already, and no event follows: what became of it is looked up. */
  complete(find: (taskId: string) => TaskRecord | undefined): void {
    for (const run of this.#runs) {
      if (run.taskId === null || run.state !== null) continue
      const task = find(run.taskId)
      if (task !== undefined) fillRun(run, task)
    }
  }

  /**
   * When a second beat was last seen to send: tasks that no note explains and that keep the schedule's pace, runs that
   * stand for one slot, senders in turns. Marks the runs of the same time as doubled. `readMs`: when the notes were
   * read. Null when nothing says so.
   */
  secondBeatMs(readMs: number, noted: boolean, isExplained: (taskId: string) => boolean): number | null {
    this.#strays = this.#strays.filter((stray) => !isExplained(stray.taskId))
    const schedule = this.#schedule
    if (schedule === null) return null
    const old = this.#strays.filter((stray) => readMs - stray.atMs > NOTE_DELAY_MS)
    const regular = straysInStep(old, this.#runs, schedule, this.#zone)
    for (const { atMs } of regular) {
      const run = nearestDue(this.#runs, atMs)
      if (run !== null) run.doubled = true
    }
    const times = regular.map(({ atMs }) => atMs)
    const doubled = this.#runs.slice(-10).filter((run) => run.doubled)
    if (doubled.length >= 2) times.push(...doubled.map(timeOf))
    // Beats that share a schedule with notes take turns as their lease goes from one to the other.
    const newest = this.newest
    if (!noted && newest !== null && sendersInTurns(this.#runs)) times.push(timeOf(newest))
    return times.length === 0 ? null : Math.max(...times)
  }

  /** A run that is known without its task: of the same moment, or the oldest that still waits for a worker. */
  #unnamedRun(task: TaskRecord, atMs: number, noted: boolean): BookRun | undefined {
    const without = this.#runs.filter((run) => run.noted && run.taskId === null)
    const same = without.find((run) => run.why !== 'skipped' && near(timeOf(run), atMs))
    const unnamed = without.filter((run) => run.why === 'due')
    if (same !== undefined || noted || task.sent !== null) return same
    const slotMs = this.#slotFor(atMs)
    const isFree = slotMs !== null && !this.#runs.some((run) => run.why === 'due' && run.slotMs === slotMs)
    return isFree ? undefined : unnamed.find((run) => timeOf(run) <= atMs)
  }

  /** The mark has its run already, and this came too long after it to be sent by a second beat. */
  #isCalled(slotMs: number, atMs: number): boolean {
    if (this.#schedule === null || !isCalendar(this.#schedule)) return false
    const first = this.#runs.find((run) => run.why === 'due' && run.slotMs === slotMs)
    return first !== undefined && Math.abs(atMs - timeOf(first)) > DOUBLE_MS
  }

  #noteOne({ slotMs, sentMs, taskId, why }: RunNote): boolean {
    const known = this.#runs.find((run) =>
      taskId === null
        ? run.noted && run.slotMs === slotMs && run.sentMs === sentMs && run.why === why
        : run.taskId === taskId,
    )
    if (known?.noted === true) return false
    if (known !== undefined) {
      Object.assign(known, { slotMs, sentMs, why, noted: true, isExact: true })
      return true
    }
    const oldest = this.#runs[0]
    if (this.#runs.length >= RUNS_KEPT && oldest !== undefined && sentMs < timeOf(oldest)) return false
    this.#strays = this.#strays.filter((stray) => stray.taskId !== taskId)
    this.#runs.push(blankRun({ slotMs, sentMs, taskId, why, noted: true }))
    return true
  }

  /** Wall clocks of the last `count` runs, the last of them at `sentMs`, as far as anybody can tell. Oldest first. */
  #timesUpTo(sentMs: number, count: number): readonly number[] {
    const schedule = this.#schedule
    const before = this.#runs.findLast(({ why }) => why === 'due')
    if (count <= 1 || schedule === null || before === undefined) return [sentMs]
    const fromMs = timeOf(before)
    if (isCalendar(schedule)) {
      const marks: number[] = []
      let mark = lastFireMs(schedule, this.#zone, sentMs + EARLY_MS)
      while (marks.length < count - 1 && mark !== null) {
        mark = lastFireMs(schedule, this.#zone, mark - 1)
        if (mark === null || mark <= fromMs) break
        marks.push(mark)
      }
      return [...marks.reverse(), sentMs]
    }
    if (fromMs > sentMs || !before.noted) return [sentMs]
    const stepMs = (sentMs - fromMs) / count
    return Array.from({ length: count }, (_, i) => (i === count - 1 ? sentMs : Math.round(fromMs + stepMs * (i + 1))))
  }

  #sentOne(atMs: number, isExact: boolean): void {
    if (this.#runs.some((run) => isAsked(run) && near(timeOf(run), atMs, this.#sameMs()))) return
    if (this.#takeAsked(atMs)) {
      this.#runs.push(blankRun({ slotMs: null, sentMs: atMs, taskId: null, why: 'hand', noted: true }, isExact))
      return
    }
    const slotMs = this.#slotFor(atMs)
    const due = this.#runs.filter(({ why }) => why === 'due')
    const ofSlot = slotMs === null ? undefined : due.find((run) => run.slotMs === slotMs)
    const told =
      due.findLast((run) => !run.noted && near(timeOf(run), atMs, this.#sameMs())) ??
      (ofSlot?.isExact === false ? ofSlot : undefined)
    if (told !== undefined) {
      // What its task told is one run with what the store counted.
      Object.assign(told, { noted: true, ...(isExact && { sentMs: atMs, isExact }) })
      return
    }
    const stray = this.#strays.find((each) => near(each.atMs, atMs))
    if (stray !== undefined) this.#strays = this.#strays.filter((each) => each !== stray)
    const why = ofSlot === undefined ? 'due' : 'hand'
    this.#runs.push(blankRun({ slotMs, sentMs: atMs, taskId: stray?.taskId ?? null, why, noted: true }, isExact))
  }

  /** True, once, when a run at this time is the one that was asked for. */
  #takeAsked(atMs: number): boolean {
    const askedMs = this.#askedMs
    if (askedMs === null || atMs < askedMs - ASKED_EARLY_MS) return false
    this.#askedMs = null
    return atMs <= askedMs + ASKED_MS
  }

  /** What is no further from each other is one run: intervals move a little. */
  #sameMs(): number {
    const schedule = this.#schedule
    const share = schedule?.type === 'interval' ? schedule.everySeconds * 250 : 0
    return Math.min(Math.max(EARLY_MS, share), DRIFT_MOST_MS)
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
      const before = this.#runs.findLast((run) => (run.why === 'due' || isAsked(run)) && timeOf(run) <= atMs)
      if (before === undefined) return atMs
      const baseMs = timeOf(before)
      const everyMs = (nextFireMs(schedule, baseMs, this.#zone) ?? baseMs) - baseMs
      if (atMs - baseMs < everyMs * TOO_SOON) return null
      // Nobody looked between them: there may have been others.
      if (baseMs < this.#sinceMs && atMs - baseMs > everyMs * MAY_HAVE_MISSED) return atMs
      return everyMs <= 0
        ? atMs
        : Math.min(atMs, baseMs + everyMs * Math.max(1, Math.floor((atMs - baseMs) / everyMs + 0.05)))
    }
    const slotMs = lastFireMs(schedule, this.#zone, atMs + EARLY_MS)
    if (slotMs === null) return null
    const nextMs = nextFireMs(schedule, slotMs, this.#zone) ?? Number.POSITIVE_INFINITY
    return atMs - slotMs <= Math.min(LATE_MOST_MS, (nextMs - slotMs) / 2) ? slotMs : null
  }
}

/** What a worker told of at `atMs` was sent then: it was due just before, or nothing had waited after that. */
function isAbout(slotMs: number, atMs: number, emptyMs: number | null): boolean {
  return atMs - slotMs < EXACT_MS || (emptyMs !== null && emptyMs - slotMs > EXACT_MS / 2)
}

/** It took the place of the next one: a beat that writes down no runs counts from it. */
function isAsked({ why, slotMs }: BookRun): boolean {
  return why === 'hand' && slotMs === null
}
