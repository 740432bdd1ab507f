/**
 * A schedule in a JSON file. Beside `<path>` are, while it is used:
 *
 *  `<path>.runs`   runs since the file was written, a line each (`run-journal.ts`); beat folds them into the file when it
 *                  synchronizes and when it ends. What a beat had noted when it was killed, and had not said to be sent,
 *                  the next one sends
 *  `<path>.lock`   held by the program that changes the file: the command line and the dashboard edit it themselves,
 *                  beat sees by the file's stamp that somebody has, and reads it again
 *  `<path>.beats`  who says that it works on it
 *
 * A disk that takes nothing is reported once; beat then goes on in memory and tries again at each sync.
 */
import { dirname, resolve } from 'node:path'
import { isUmbelError, messageOf, UmbelError } from '../../errors.ts'
import { makeFolder } from '../../runtime/make-folder.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import { publishAll } from '../publish-all.ts'
import { createScheduleBook, type ScheduleBook } from '../schedule-book.ts'
import type { LoadedSchedule, ScheduleStore, SendEnd, Sending } from '../schedule-store.ts'
import { createBeatsFile } from './beats-file.ts'
import { withFileLock } from './file-lock.ts'
import { createJournalWriter } from './journal-writer.ts'
import { createOpenRuns } from './open-runs.ts'
import { createRunJournal, type JournalLine, type OpenLine, type SentLine } from './run-journal.ts'
import { type BrokenRecord, readScheduleFile, stampOf, writeScheduleFile } from './schedule-file.ts'

export interface FileScheduleOptions {
  readonly path: string
  readonly runtime: Runtime
}

interface Waiting {
  readonly lines: readonly JournalLine[]
  readonly done: (outcomes: readonly Noted[]) => void
}

/** Null: somebody else has that slot. */
type Noted = ReturnType<ScheduleBook['note']>

export function createFileScheduleStore({ path: given, runtime }: FileScheduleOptions): ScheduleStore {
  const { clock, log } = runtime
  const path = resolve(given)
  const self = createJournalWriter()
  const open = createOpenRuns()
  let lots = 0
  const journal = createRunJournal(`${path}.runs`)
  const beatsFile = createBeatsFile(`${path}.beats`, clock)
  let book = createScheduleBook()
  let broken = new Map<string, BrokenRecord>()
  let edits = 0
  /** Of the file that was read last; null: not read yet. */
  let stamp: string | null = null
  /** The disk takes nothing: what is in memory is all there is. */
  let isDetached = false
  let tail: Promise<unknown> = Promise.resolve()
  let waiting: Waiting[] = []

  /** One thing at a time. */
  function serial<T>(work: () => Promise<T>): Promise<T> {
    const result = tail.then(work)
    tail = result.catch(() => {})
    return result
  }
  function unavailable(error: unknown): UmbelError {
    if (isUmbelError(error)) return error
    return new UmbelError('schedule/unavailable', { place: path, reason: messageOf(error) }, error)
  }
  function detach(error: unknown): void {
    if (isDetached) return
    isDetached = true
    log.error(`The schedule file ${path} cannot be written; runs are kept in memory meanwhile`, {
      reason: messageOf(error),
    })
  }

  function apply(line: JournalLine): Noted {
    if (line.type === 'sent') open.end(line)
    else if (line.type === 'open') open.add(line)
    else if (book.records.has(line.run.name)) {
      if (line.type === 'run') {
        const before = book.note(line.run)
        if (before !== null) open.add({ ...line, type: 'open', before })
        return before
      }
      open.remove(line)
      book.takeBack(line.run, line.before)
    }
    return null
  }

  async function readAgain(now: string): Promise<void> {
    const content = await readScheduleFile(path, runtime)
    book = createScheduleBook(content.records)
    broken = content.broken
    edits = content.edits
    stamp = now
    open.clear()
    for (const line of journal.readAll()) apply(line)
  }

  /** The book is as the files are. */
  async function refresh(): Promise<void> {
    if (isDetached) return
    const now = await stampOf(path)
    const news = now === stamp ? journal.news() : null
    if (news === null) await readAgain(now)
    else for (const line of news) apply(line)
  }

  async function writeAll(): Promise<void> {
    await writeScheduleFile(path, { edits, records: book.records, broken })
    stamp = await stampOf(path)
    if (isDetached) log.info(`The schedule file ${path} is written again`)
    isDetached = false
  }

  /** Between reading and writing nobody else writes. */
  async function locked<T>(work: () => Promise<T>): Promise<T> {
    await makeFolder(dirname(path))
    return withFileLock(`${path}.lock`, clock, work)
  }

  const alone = <T>(work: () => Promise<T>) => locked(() => serial(work))

  async function edit(change: () => void): Promise<void> {
    try {
      await alone(async () => {
        await refresh()
        change()
        edits++
        await writeAll().catch((error: unknown) => {
          stamp = null // memory holds what the disk does not
          throw error
        })
      })
    } catch (error) {
      throw unavailable(error)
    }
  }

  /** On record, all that waited in one write, before anything of it is sent. */
  async function record(): Promise<void> {
    const batch = waiting
    waiting = []
    const lines = batch.flatMap((item) => item.lines)
    const outcomes = isDetached ? lines.map(apply) : recordLines(lines, await newsFor(lines))
    let from = 0
    for (const item of batch) {
      item.done(outcomes.slice(from, from + item.lines.length))
      from += item.lines.length
    }
  }
  /** What others wrote; the book is up to date when there is an entry of which it does not know. */
  async function newsFor(lines: readonly JournalLine[]): Promise<readonly JournalLine[]> {
    try {
      const isKnown = lines.every((line) => line.type === 'sent' || book.records.has(line.run.name))
      const news = isKnown ? journal.news() : null
      if (news !== null) return news
      await refresh()
    } catch (error) {
      detach(error)
    }
    return []
  }
  function recordLines(lines: readonly JournalLine[], news: readonly JournalLine[]): readonly Noted[] {
    for (const line of news) apply(line)
    if (isDetached) return lines.map(apply)
    try {
      const all = journal.append(lines)
      if (all === lines) return lines.map(apply)
      const own: Noted[] = []
      for (const line of all) {
        const noted = apply(line)
        if (line.by === self.name) own.push(noted)
      }
      return own
    } catch (error) {
      detach(error)
      return lines.map(apply)
    }
  }

  function note(lines: readonly JournalLine[]): Promise<readonly Noted[]> {
    return new Promise((done) => {
      waiting.push({ lines, done })
      if (waiting.length === 1) void serial(record)
    })
  }

  async function sendAll(all: readonly Sending[]): Promise<readonly SendEnd[]> {
    const mark = { by: self.name, lot: ++lots }
    const runs = all.map(({ run: { name, slotMs, nowMs, why }, message: { taskId } }) => {
      return { name, slotMs, nowMs, why, taskId }
    })
    const noted = await note(runs.map((run) => ({ type: 'run', run, ...mark })))
    const accepted = all.flatMap(({ message }, at) => (noted[at] === null ? [] : [message]))
    const failures = await publishAll(accepted)
    accepted.length = 0 // what was sent is not kept by what waited for it (forget-sent.ts)
    const back: OpenLine[] = []
    let index = 0
    const ends = runs.map((run, at): SendEnd => {
      const before = noted[at]
      if (before === null || before === undefined) return 'taken'
      const failure = failures[index++] ?? null
      if (failure !== null) back.push({ type: 'back', run, before, ...mark })
      return failure ?? 'sent'
    })
    if (back.length > 0) await note(back) // it may be tried again at once
    if (index > 0) confirm({ type: 'sent', ...mark })
    return ends
  }

  function confirm(line: SentLine): void {
    try {
      if (!isDetached) journal.put(line)
    } catch (error) {
      detach(error)
    }
    apply(line)
  }

  /** What a program that is gone had noted and not said to be sent is due again. */
  function takeUp(): void {
    const left = open.left()
    if (left.length === 0) return
    for (const { run } of left)
      log.warning(`beat: ${run.name} was about to be sent when its beat ended; it is due again`)
    recordLines(
      left.map((line) => ({ ...line, type: 'back' })),
      [],
    )
  }

  /** While the file is written runs go on, into a journal that outlives it. */
  async function sync(): Promise<void> {
    const isDue = await serial(async () => {
      if (!isDetached && journal.isEmpty()) return false
      await refresh()
      journal.rotate()
      const stillOpen = open.all()
      if (stillOpen.length > 0 && !isDetached) recordLines(stillOpen, [])
      return true
    })
    if (!isDue) return
    await writeAll()
    journal.dropOld()
  }

  function loaded(): LoadedSchedule {
    return {
      version: versionText(),
      entries: book.stored(),
      broken: Array.from(broken, ([name, { reason }]) => ({ name, reason })),
    }
  }
  const versionText = () => String(edits)

  return {
    kind: 'file',
    place: path,
    supports: { lease: false, edit: true, oneStep: false },
    leases: null,
    async open() {
      await serial(refresh).catch((error: unknown) => {
        stamp = ''
        detach(error)
      })
    },
    async close() {
      await tail
      await serial(async () => journal.close())
      self.end()
    },

    async load() {
      return serial(async () => {
        await refresh()
        return loaded()
      }).catch((error: unknown) => {
        throw unavailable(error)
      })
    },
    version() {
      return serial(async () => {
        // Reading it is all the same work as loading it, which follows.
        if (!isDetached && (await stampOf(path)) !== stamp) await refresh()
        return versionText()
      })
    },
    async adopt(entries, nowMs) {
      const take = () => {
        if (!book.adopt(entries, nowMs)) return false
        for (const { name } of entries) broken.delete(name)
        edits++
        return true
      }
      await alone(async () => {
        await refresh()
        takeUp()
        if (take()) await writeAll()
      }).catch((error: unknown) => {
        detach(error)
        take()
      })
    },

    async send(run, message) {
      const [end = 'taken'] = await sendAll([{ run, message }])
      if (end instanceof Error) throw end
      return end
    },
    sendAll,
    sync: () => locked(sync).catch(detach),
    report: (presence) => beatsFile.report(presence).catch(() => {}), // told of already, by what was to be written
    beats: () => beatsFile.beats(),
    runs: async (name, limit) => {
      await serial(refresh)
      return book.runs(name, limit)
    },

    put: (entry, mode) =>
      edit(() => {
        book.put(entry, mode, clock.nowMs())
        broken.delete(entry.name)
      }),
    remove: (name) =>
      edit(() => {
        if (!broken.delete(name)) book.remove(name)
      }),
    setEnabled: (name, enabled) => edit(() => book.setEnabled(name, enabled)),
    hold: (name, untilMs, by) => edit(() => book.hold(name, untilMs, by)),
    skip: (name, slotMs) => edit(() => book.skip(name, slotMs, clock.nowMs())),
    runNow: (name, nowMs) => edit(() => book.runNow(name, nowMs)),
  }
}
