/**
 * What alerts must remember over a restart, in one JSON file that is replaced whole: a state and the notifications it
 * caused can never disagree. Without a folder everything lives in memory.
 */
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { messageOf } from '../../errors.ts'
import type { Log } from '../../runtime/log.ts'
import type { Episode } from './episode.ts'
import type { QueuedNotification } from './outbox.ts'

export interface AlertMemory {
  readonly version: 1
  readonly episodes: readonly Episode[]
  readonly history: readonly Episode[]
  readonly outbox: readonly QueuedNotification[]
  /** Rules and channels made in the page, as they were given; parsed again when read. */
  readonly rules: readonly unknown[]
  readonly channels: readonly unknown[]
  /** Rule name → wall clock until which its notifications are held. */
  readonly silences: Readonly<Record<string, number>>
}

export const EMPTY_MEMORY: AlertMemory = {
  version: 1,
  episodes: [],
  history: [],
  outbox: [],
  rules: [],
  channels: [],
  silences: {},
}

export interface AlertStore {
  load(): Promise<AlertMemory>
  /** Resolves when the newest state given so far is on disk; calls while one is written are merged. Never rejects. */
  save(memory: AlertMemory): Promise<void>
}

/** `file` null = memory only. A file that cannot be read is kept aside as `<file>.corrupt` and said once. */
export function createAlertStore(file: string | null, log: Log): AlertStore {
  let pending: AlertMemory | null = null
  let writing: Promise<void> = Promise.resolve()
  let failing = false

  async function drain(): Promise<void> {
    const memory = pending
    pending = null
    if (memory === null || file === null) return
    try {
      await writeWhole(file, JSON.stringify(memory))
      failing = false
    } catch (error) {
      if (!failing) log.error('the state of the alerts cannot be saved', { file, reason: messageOf(error) })
      failing = true
    }
  }

  return {
    async load() {
      if (file === null) return EMPTY_MEMORY
      const text = await readFile(file, 'utf8').catch(() => null)
      if (text === null) return EMPTY_MEMORY
      try {
        return readMemory(JSON.parse(text))
      } catch (error) {
        await rename(file, `${file}.corrupt`).catch(() => {})
        log.error('the state of the alerts was unreadable and is kept aside', {
          file: `${file}.corrupt`,
          reason: messageOf(error),
        })
        return EMPTY_MEMORY
      }
    },
    save(memory) {
      if (pending === null) writing = writing.then(drain)
      pending = memory
      return writing
    },
  }
}

/** Written beside and renamed over: after a crash there is the old file or the new one, never half of one. */
async function writeWhole(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const beside = `${file}.new`
  const handle = await open(beside, 'w', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(beside, file)
}

function readMemory(value: unknown): AlertMemory {
  const memory = value as Partial<AlertMemory> | null // checked field by field
  if (typeof memory !== 'object' || memory === null || memory.version !== 1) throw new Error('not a version 1 file')
  const list = <T>(items: readonly T[] | undefined) => (Array.isArray(items) ? items : [])
  return {
    version: 1,
    // Monotonic time starts anew with each process: what was pending has to last again.
    episodes: list(memory.episodes).filter((episode) => episode.state === 'firing'),
    history: list(memory.history),
    outbox: list(memory.outbox),
    rules: list(memory.rules),
    channels: list(memory.channels),
    silences: typeof memory.silences === 'object' && memory.silences !== null ? memory.silences : {},
  }
}
