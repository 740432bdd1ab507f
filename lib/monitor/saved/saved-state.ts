/**
 * `--persistent`: tasks, workers with their counts, and names of tasks in a file of our own, over a restart. Read and
 * written in turns, so that nobody waits for it; written beside and renamed, so that the file is always a whole one.
 */
import { constants, createReadStream } from 'node:fs'
import { access, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { messageOf } from '../../errors.ts'
import { every } from '../../runtime/every.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { Service } from '../../runtime/service.ts'
import type { Cluster } from '../cluster.ts'
import { readStateLine, stateLines } from './state-lines.ts'

export interface SavedStateOptions {
  readonly runtime: Runtime
  readonly cluster: Cluster
  /** The path of `--db`: the file is this with `.umbel` at its end. */
  readonly path: string
  /** 0: only when it stops. */
  readonly everyMs: number
}

export interface SavedState extends Service {
  readonly file: string
  /** Resolves when the state as it is now is in the file. Rejects when it could not be written. */
  save(): Promise<void>
}

/** The event loop is free between two turns of this length. */
const TURN_MS = 8
const PIECE_BYTES = 262_144
const NOT_SAVED = 'The state cannot be saved'
/** What Python's shelve may have made of `--db` (flower.md 3): which one depends on its dbm. */
const SHELVE_ENDINGS = ['', '.db', '.dat', '.dir', '.bak', '.pag']

export function createSavedState({ runtime, cluster, path, everyMs }: SavedStateOptions): SavedState {
  const { clock, log } = runtime
  const file = `${path}.umbel`
  const beside = `${file}.new`
  const ended = new AbortController()
  let loop: Promise<void> | null = null
  let saving: Promise<void> = Promise.resolve()
  let isLoaded = false

  async function write(): Promise<void> {
    const startMs = clock.monotonicMs()
    const handle = await open(beside, 'w', 0o600)
    try {
      let [piece, turnEndsMs] = ['', clock.monotonicMs() + TURN_MS]
      for (const line of stateLines(cluster, clock.nowMs())) {
        piece += `${line}\n`
        if (piece.length < PIECE_BYTES && clock.monotonicMs() < turnEndsMs) continue
        await handle.write(piece)
        await clock.sleep(1)
        piece = ''
        turnEndsMs = clock.monotonicMs() + TURN_MS
      }
      await handle.write(piece)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(beside, file)
    const tookMs = Math.round(clock.monotonicMs() - startMs)
    if (everyMs > 0 && tookMs > everyMs / 10) log.warning('Saving the state takes long', { file, tookMs, everyMs })
  }

  async function save(): Promise<void> {
    const mine = saving.then(write)
    // One at a time, and the next one also after one that failed.
    saving = mine.catch(() => rm(beside, { force: true }).catch(() => {}))
    await mine
  }

  async function load(signal: AbortSignal): Promise<void> {
    if (!(await exists(file))) return tellOfShelve()
    const read = await readAll(signal).catch((error: unknown) => ({ tasks: 0, fault: messageOf(error) }))
    if (signal.aborted) return
    if (read.fault === null) return log.info('The state was restored', { file, tasks: read.tasks })
    const aside = `${file}.corrupt`
    await rename(file, aside).catch(() => {})
    log.error('The saved state is damaged; what could be read of it is there', { file, aside, ...read })
  }

  async function readAll(signal: AbortSignal): Promise<{ readonly tasks: number; readonly fault: string | null }> {
    const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY })
    let [tasks, number, turnEndsMs] = [0, 0, clock.monotonicMs() + TURN_MS]
    for await (const text of lines) {
      if (signal.aborted) break
      number += 1
      const line = readStateLine(text)
      if (line === null || (number === 1) !== (line.kind === 'head')) return { tasks, fault: `line ${number} is none` }
      if (line.kind === 'end') return { tasks, fault: line.tasks === tasks ? null : 'tasks are missing' }
      if (line.kind === 'worker') cluster.restoreWorker(line.worker)
      if (line.kind === 'names') cluster.restoreNames(line.names)
      if (line.kind === 'task') {
        cluster.restoreTask(line.task)
        tasks += 1
      }
      if (clock.monotonicMs() < turnEndsMs) continue
      cluster.flush(clock.nowMs())
      await clock.sleep(1)
      turnEndsMs = clock.monotonicMs() + TURN_MS
    }
    return { tasks, fault: 'its end is missing' }
  }

  async function tellOfShelve(): Promise<void> {
    for (const ending of SHELVE_ENDINGS) {
      if (!(await exists(path + ending))) continue
      log.warning('What Flower kept there is neither read nor changed; Umbel keeps a file of its own', {
        flower: path + ending,
        file,
      })
      return
    }
  }

  return {
    name: 'saved state',
    file,
    save,
    async start(signal) {
      await load(signal)
      isLoaded = !signal.aborted
      // At an end it would be too late to be told.
      await access(dirname(file), constants.W_OK).catch((error: unknown) =>
        log.error(NOT_SAVED, { file, reason: messageOf(error) }),
      )
      if (everyMs > 0) loop = every(runtime, { name: 'saving the state', everyMs, atOnce: false }, ended.signal, save)
    },
    async stop() {
      if (ended.signal.aborted) return
      ended.abort()
      await loop
      // Half of a state must not replace a whole one.
      if (!isLoaded) return
      await save().catch((error: unknown) => log.error(NOT_SAVED, { file, reason: messageOf(error) }))
    },
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
