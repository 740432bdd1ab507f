/**
 * Runs since the schedule file was last written, a line each: what was sent is on record before it is sent, without
 * writing the whole file for it. Lines of several programs are in one order, that of the file, and the first of two that
 * claim the same slot has it (SST-5). The system keeps what was written also when this program is killed.
 */
import {
  appendFileSync,
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs'
import type { BeforeRun, NotedRun } from '../schedule-book.ts'

/**
 * `by`: the program, with the number of its process in front; `lot`: runs that it noted at once.
 *
 *  run   it is about to be sent
 *  back  it was not sent after all
 *  open  it was noted before the file was written, and is not sent yet
 *  sent  what is left of that lot was sent
 */
export type JournalLine = RunLine | OpenLine | SentLine

export interface RunLine {
  readonly type: 'run'
  readonly run: NotedRun
  readonly by: string
  readonly lot: number
}

export interface OpenLine {
  readonly type: 'back' | 'open'
  readonly run: NotedRun
  readonly before: BeforeRun
  readonly by: string
  readonly lot: number
}

export interface SentLine {
  readonly type: 'sent'
  readonly by: string
  readonly lot: number
}

export interface RunJournal {
  /**
   * Puts them at the end; gives back all lines since the last time, in their order, these among them: the very ones
   * where nobody else has written any.
   */
  append(lines: readonly JournalLine[]): readonly JournalLine[]
  /** Puts one at the end that its writer has taken note of already; nobody waits for it. */
  put(line: SentLine): void
  /** What others have written since the last time; null: it was begun anew, all has to be read again. */
  news(): readonly JournalLine[] | null
  /** All of it, from the beginning. */
  readAll(): readonly JournalLine[]
  /** What was written until now will be in the schedule file soon... */
  rotate(): void
  /** ...and now is. */
  dropOld(): void
  isEmpty(): boolean
  close(): void
}

/**
 * Throws what the disk says. Waits for the system at each call, which takes some millionths of a second: it only copies
 * into its own memory. Handing each to another thread would cost ten times that, a thousand times a second.
 */
export function createRunJournal(path: string): RunJournal {
  const old = `${path}.old`
  /** Null: not open. */
  let file: { readonly descriptor: number; readonly inode: number } | null = null
  let offset = 0
  /** Behind the offset are so many bytes of `put`. */
  let putBytes = 0

  function close(): void {
    if (file !== null) closeSync(file.descriptor)
    file = null
    offset = 0
    putBytes = 0
  }
  function reopen(): number {
    close()
    const descriptor = openSync(path, 'a+')
    file = { descriptor, inode: fstatSync(descriptor).ino }
    return descriptor
  }

  /** From where was read last up to the end. */
  function tail(descriptor: number): string {
    const { size } = fstatSync(descriptor)
    if (size <= offset) return ''
    const bytes = Buffer.alloc(size - offset)
    const bytesRead = readSync(descriptor, bytes, 0, bytes.length, offset)
    // A line that is not there as a whole yet is read with the next.
    const end = bytes.lastIndexOf(NEWLINE, bytesRead - 1) + 1
    offset += end
    putBytes = 0
    return bytes.toString('utf8', 0, end)
  }

  return {
    append(lines) {
      const descriptor = file?.descriptor ?? reopen()
      // The empty line ends one that a full disk has cut.
      const bytes = Buffer.from(`\n${lines.map(lineText).join('\n')}\n`)
      appendFileSync(descriptor, bytes)
      const own = putBytes + bytes.length
      if (fstatSync(descriptor).size !== offset + own) return readLines(tail(descriptor))
      offset += own
      putBytes = 0
      return lines
    },
    put(line) {
      const bytes = Buffer.from(`\n${lineText(line)}\n`)
      appendFileSync(file?.descriptor ?? reopen(), bytes)
      putBytes += bytes.length
    },
    news() {
      const now = statOf(path)
      if (now === null) return file === null ? [] : null
      if (now.ino !== file?.inode) return null
      return now.size === offset + putBytes ? [] : readLines(tail(file.descriptor))
    },
    readAll() {
      close()
      const before = textOf(old)
      const since = statOf(path) === null ? '' : tail(reopen())
      return readLines(before + since)
    },
    rotate() {
      if (statOf(path) === null) return
      if (statOf(old) === null) renameSync(path, old)
      else {
        // A program ended between writing the schedule and dropping these.
        appendFileSync(old, readFileSync(path))
        rmSync(path)
      }
      close()
    },
    dropOld: () => rmSync(old, { force: true }),
    isEmpty: () => (statOf(path)?.size ?? 0) + (statOf(old)?.size ?? 0) === 0,
    close,
  }
}

const NEWLINE = 0x0a

function textOf(path: string): string {
  return statOf(path) === null ? '' : readFileSync(path, 'utf8')
}

function statOf(path: string): Stats | null {
  return statSync(path, { throwIfNoEntry: false }) ?? null
}

function lineText(line: JournalLine): string {
  if (line.type === 'sent') return JSON.stringify([line.type, line.by, line.lot])
  const { name, slotMs, nowMs, why, taskId } = line.run
  const run = [line.type, line.by, line.lot, name, slotMs, nowMs, why, taskId]
  if (line.type === 'run') return JSON.stringify(run)
  const { lastRunMs, totalRunCount, enabled } = line.before
  return JSON.stringify([...run, lastRunMs, totalRunCount, enabled])
}

/** What is no line of ours, such as one that was cut, is left out. */
function readLines(text: string): readonly JournalLine[] {
  return text.split('\n').flatMap((line) => {
    const read = line === '' ? null : readLine(line)
    return read === null ? [] : [read]
  })
}

function readLine(text: string): JournalLine | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (!Array.isArray(value)) return null
  const [type, by, lot, name, slotMs, nowMs, why, taskId, lastRunMs, totalRunCount, enabled]: unknown[] = value
  if (typeof by !== 'string' || typeof lot !== 'number') return null
  if (type === 'sent') return { type, by, lot }
  if (typeof name !== 'string') return null
  if (typeof slotMs !== 'number' || typeof nowMs !== 'number' || (why !== 'due' && why !== 'hand')) return null
  const run: NotedRun = { name, slotMs, nowMs, why, taskId: typeof taskId === 'string' ? taskId : null }
  if (type === 'run') return { type, run, by, lot }
  if ((type !== 'back' && type !== 'open') || typeof totalRunCount !== 'number') return null
  const before = {
    lastRunMs: typeof lastRunMs === 'number' ? lastRunMs : null,
    totalRunCount,
    enabled: enabled !== false,
  }
  return { type, run, before, by, lot }
}
