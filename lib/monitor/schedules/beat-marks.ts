/**
 * Periodic tasks of a beat whose schedule nobody can read (Python's file): known by the mark on their messages. Celery
 * 5.7 sends `celery_beat_task: true`, django-celery-beat `periodic_task_name` with every version. Workers tell neither in
 * events nor in answers, so one message has to be seen while it waits or is in a worker's hands; from then on the tasks
 * of that name are its runs. All that grows is bounded.
 */
import { parseEnvelope } from '../../protocol/message.ts'
import type { ClusterReader } from '../contracts.ts'
import type { TaskRecord } from '../records.ts'
import { createTaskRecord } from '../task-reducer.ts'
import { type BookRun, seenMs } from './book-run.ts'
import { RunBook } from './run-book.ts'

const ENTRIES_MOST = 500
/** Larger messages are not looked into. */
const CHARACTERS_MOST = 256_000
const TEXT_MOST = 1_000
const SENDERS_KEPT = 20
/** The time of a message is known to about so much. */
const LOOKED_AT_MS = 2_500
const SEEN_TOGETHER_MS = 5_000
/** Fewer runs tell of no interval. */
const RUNS_LEAST = 3

export interface InferredEntry {
  readonly name: string
  readonly task: string
  /** Python text, as the message or the event had it; null = not told. */
  readonly args: string | null
  readonly queue: string | null
  /** The process whose other messages had the mark, when its own were not seen yet; null once they were. */
  sender: string | null
  readonly firstMs: number
  lastMs: number
  /** False until the tasks that are kept were looked through for its runs. */
  searched: boolean
  readonly book: RunBook
  /** Processes that sent it (`gen123@host`), newest last. */
  readonly senders: string[]
}

/** What is kept of an entry over a restart. */
export interface KeptEntry extends Pick<InferredEntry, 'name' | 'task' | 'args' | 'queue' | 'lastMs'> {
  readonly runs: readonly BookRun[]
}

export interface BeatMarks {
  readonly entries: ReadonlyMap<string, InferredEntry>
  /** Grows with everything that is new. */
  readonly revision: number
  /**
   * True for what is only thought to be periodic because its sender is the beat of a schedule that holds these tasks. That
   * one can be read: what it does not hold is sent by a program that has a beat in it.
   */
  isOfBeat(entry: InferredEntry, tasks: ReadonlySet<string>): boolean
  /** A message as it lies in a queue. `isFresh`: it came a moment ago, so that now is about when it was sent. */
  see(raw: string, nowMs: number, isFresh: boolean): void
  /** A task that events told of. */
  seeTask(task: TaskRecord, nowMs: number): void
  /** A message of a task of this name had the mark. */
  knows(task: string): boolean
  /** Entries that an earlier process knew of. */
  restore(known: Iterable<KeptEntry>): void
  /** Looks through the tasks that are kept, when there are entries for which that was not done. */
  search(cluster: ClusterReader, nowMs: number): void
}

export function createBeatMarks(): BeatMarks {
  const entries = new Map<string, InferredEntry>()
  const byTask = new Map<string, InferredEntry[]>()
  /** Processes whose messages had the mark, with the tasks of these: what else a beat sends is periodic too. */
  const beats = new Map<string, Set<string>>()
  let revision = 0

  function entryFor(
    name: string,
    task: string,
    args: string | null,
    queue: string | null,
    nowMs: number,
    sender: string | null,
  ): InferredEntry | null {
    const known = entries.get(name)
    if (known !== undefined) return known
    if (entries.size >= ENTRIES_MOST) return null
    const made: InferredEntry = {
      ...{ name, task, args, queue, sender, firstMs: nowMs, lastMs: nowMs },
      ...{ book: new RunBook(null, 'UTC'), senders: [], searched: false },
    }
    entries.set(name, made)
    byTask.set(task, [...(byTask.get(task) ?? []), made])
    revision++
    return made
  }

  function noteBeat(origin: string, task: string): void {
    const tasks = beats.get(origin)
    if (tasks !== undefined && tasks.size < ENTRIES_MOST) tasks.add(task)
    else if (tasks === undefined && beats.size < ENTRIES_MOST) beats.set(origin, new Set([task]))
  }

  const marks: BeatMarks = {
    entries,
    isOfBeat({ sender }, tasks) {
      if (sender === null) return false
      for (const task of beats.get(sender) ?? []) if (tasks.has(task)) return true
      return false
    },
    get revision() {
      return revision
    },
    see(raw, nowMs, isFresh) {
      // Most messages are told apart without being read.
      if (raw.length > CHARACTERS_MOST || !/celery_beat_task|periodic_task_name/.test(raw)) return
      const envelope = parseEnvelope(raw)
      if (!envelope.ok) return
      const { headers, properties } = envelope.value
      const periodic = textOf(headers['periodic_task_name'])
      const [task, id, origin] = [textOf(headers['task']), textOf(headers['id']), textOf(headers['origin'])]
      if (task === null || id === null || (headers['celery_beat_task'] !== true && periodic === null)) return
      const args = textOf(headers['argsrepr'])
      const queue = textOf(Object(properties['delivery_info'])['routing_key'])
      const entry = entryFor(periodic ?? nameOf(task, args), task, args, queue, nowMs, null)
      if (entry === null) return
      entry.lastMs = nowMs
      entry.sender = null
      if (origin !== null) noteBeat(origin, task)
      if (entry.book.has(id)) return
      if (origin !== null && entry.senders.push(origin) > SENDERS_KEPT) entry.senders.shift()
      const sent = isFresh ? nowMs / 1_000 : null
      if (entry.book.offer({ ...createTaskRecord(id), name: task, sent, args }, false)) revision++
    },
    seeTask(task, nowMs) {
      if (task.name === null || task.parentId !== null || (task.rootId !== null && task.rootId !== task.uuid)) return
      let candidates = byTask.get(task.name) ?? []
      if (candidates.length === 0 && task.client !== null && beats.has(task.client)) {
        const entry = entryFor(nameOf(task.name, task.args), task.name, task.args, task.queue, nowMs, task.client)
        candidates = entry === null ? [] : [entry]
      }
      const entry =
        candidates.find(({ book }) => book.has(task.uuid)) ??
        candidates.find(({ args }) => args === null || task.args === null || same(args, task.args))
      if (entry === undefined) return
      entry.lastMs = Math.max(entry.lastMs, seenMs(task) ?? 0)
      const changed = entry.book.has(task.uuid) ? entry.book.refresh(task) : entry.book.offer(task, false)
      if (changed) revision++
    },
    knows: (task) => byTask.has(task),
    restore(known) {
      for (const { name, task, args, queue, lastMs, runs } of known) {
        if (entries.has(name)) continue
        const entry = entryFor(name, task, args, queue, lastMs, null)
        entry?.book.restore(runs)
      }
    },
    search(cluster, nowMs) {
      const tasks = new Set([...entries.values()].filter(({ searched }) => !searched).map(({ task }) => task))
      if (tasks.size === 0) return
      for (const entry of entries.values()) entry.searched = true
      for (const task of cluster.tasks()) if (task.name !== null && tasks.has(task.name)) marks.seeTask(task, nowMs)
    },
  }
  return marks
}

/** The middle of the times between its runs; `isRegular` when most are near it. Null: too few runs. */
export function estimateInterval({
  book,
}: InferredEntry): { readonly everyMs: number; readonly isRegular: boolean } | null {
  const times = book.runs.flatMap(({ sentMs }) => (sentMs === null ? [] : [sentMs]))
  const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0))
  if (gaps.length < RUNS_LEAST - 1) return null
  const middleMs = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0
  const meanMs = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / gaps.length
  // Messages that are only looked at now and then are seen several at a time.
  const everyMs = meanMs < SEEN_TOGETHER_MS ? meanMs : middleMs
  const near = gaps.filter((gap) => Math.abs(gap - everyMs) <= Math.max(everyMs * 0.15, LOOKED_AT_MS))
  return { everyMs: Math.round(everyMs), isRegular: everyMs > 0 && near.length >= gaps.length * 0.7 }
}

/** Beats that send in turns: one that was started anew changes the sender once. */
export function sendersInTurns({ senders, book }: InferredEntry): boolean {
  const seen = book.runs.flatMap(({ client }) => (client === null ? [] : [client]))
  const of = (names: readonly string[]) => names.filter((name, at) => at > 0 && name !== names[at - 1]).length
  return Math.max(of(senders), of(seen.slice(-SENDERS_KEPT))) >= 3
}

/** An entry without a name of its own is told by what it sends. */
function nameOf(task: string, args: string | null): string {
  const inner = args === null ? '' : bare(args)
  return inner === '' ? task : `${task}(${inner})`.slice(0, 200)
}

function same(a: string, b: string): boolean {
  return bare(a) === bare(b)
}

function bare(text: string): string {
  return text
    .trim()
    .replace(/^[([]/, '')
    .replace(/,?\s*[)\]]$/, '')
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, TEXT_MOST) : null
}
