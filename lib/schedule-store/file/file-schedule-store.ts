/**
 * A schedule in a JSON file. Beside `<path>` are, while it is used:
 *
 *  `<path>.runs`   runs since the file was written, a line each (`run-journal.ts`); beat folds them into the file when it
 *                  synchronizes and when it ends
 *  `<path>.lock`   held by the program that changes the file: the command line and the dashboard edit it themselves,
 *                  beat sees by the file's stamp that somebody has, and reads it again
 *  `<path>.beats`  who says that it works on it
 *
 * A disk that takes nothing is reported once; beat then goes on in memory and tries again at each sync.
 */
import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { isUmbelError, messageOf, UmbelError } from '../../errors.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import { createScheduleBook, type NotedRun, type ScheduleBook } from '../schedule-book.ts'
import type { LoadedSchedule, OutgoingRun, Run, ScheduleStore, SendOutcome } from '../schedule-store.ts'
import { createBeatsFile } from './beats-file.ts'
import { withFileLock } from './file-lock.ts'
import { createRunJournal, type JournalLine } from './run-journal.ts'
import { type BrokenRecord, readScheduleFile, stampOf, writeScheduleFile } from './schedule-file.ts'

export interface FileScheduleOptions {
  readonly path: string
  readonly runtime: Runtime
}

interface Waiting {
  readonly line: JournalLine
  readonly done: (outcome: Noted) => void
}

/** Null: somebody else has that slot. */
type Noted = ReturnType<ScheduleBook['note']>

export function createFileScheduleStore({ path: given, runtime }: FileScheduleOptions): ScheduleStore {
  const { clock, log } = runtime
  const path = resolve(given)
  const self = randomUUID().slice(0, 8)
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
    const { run } = line
    if (!book.records.has(run.name)) return null
    if (line.type === 'run') return book.note(run)
    book.takeBack(run, line.before)
    return null
  }

  async function readAgain(now: string): Promise<void> {
    const content = await readScheduleFile(path, runtime)
    book = createScheduleBook(content.records)
    broken = content.broken
    edits = content.edits
    stamp = now
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
    await mkdir(dirname(path), { recursive: true })
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
    if (!isDetached) {
      try {
        const own = batch.values()
        const isKnown = batch.every(({ line }) => book.records.has(line.run.name))
        const news = isKnown ? journal.news() : null
        if (news === null) await refresh()
        for (const line of news ?? []) apply(line)
        for (const line of journal.append(batch.map((item) => item.line))) {
          const noted = apply(line)
          if (line.by === self) own.next().value?.done(noted)
        }
        for (const { line, done } of own) done(apply(line))
        return
      } catch (error) {
        detach(error)
      }
    }
    for (const { line, done } of batch) done(apply(line))
  }

  function note(line: JournalLine): Promise<Noted> {
    return new Promise((done) => {
      waiting.push({ line, done })
      if (waiting.length === 1) void serial(record)
    })
  }

  async function send(run: Run, message: OutgoingRun): Promise<SendOutcome> {
    const { name, slotMs, nowMs, why } = run
    const noted: NotedRun = { name, slotMs, nowMs, why, taskId: message.taskId }
    const before = await note({ type: 'run', run: noted, by: self })
    if (before === null) return 'taken'
    try {
      await message.publish()
      return 'sent'
    } catch (error) {
      await note({ type: 'back', run: noted, before, by: self })
      throw error
    }
  }

  /** While the file is written runs go on, into a journal that outlives it. */
  async function sync(): Promise<void> {
    const isDue = await serial(async () => {
      if (!isDetached && journal.isEmpty()) return false
      await refresh()
      journal.rotate()
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
        if (take()) await writeAll()
      }).catch((error: unknown) => {
        detach(error)
        take()
      })
    },

    send,
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
