/** Results in a folder, one file for each key, named like the key (wire.md E6). The folder must be there. */
import { randomUUID } from 'node:crypto'
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { messageOf, UmbelError } from '../../errors.ts'
import type { Codecs } from '../../protocol/codecs.ts'
import { SUCCESS } from '../../protocol/states.ts'
import { encodeTaskMeta, parseTaskMeta, type TaskMeta, UNREADABLE, unreadableMeta } from '../../protocol/task-meta.ts'
import { nodeCodecs } from '../../runtime/codecs.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import { pollingSubscription } from '../polling-subscription.ts'
import type { ResultStore } from '../results.ts'
import { formatSavedGroup, MAX_STORED_BYTES, parseSavedGroup } from '../stored-value.ts'

export interface FilesystemResultsOptions {
  readonly url: string
  readonly runtime: Runtime
  readonly compression?: string | null
  /** `result_serializer`; `json` when left out. */
  readonly serializer?: string
  /** Those of an app whose results are signed. */
  readonly codecs?: Codecs
  /** Content types that are read (`result_accept_content`); all when left out. */
  readonly accept?: readonly string[]
  /** `result_expires`: `cleanup` deletes what is older; null = keep. */
  readonly resultExpiresMs?: number | null
}

const TASK = 'celery-task-meta-'
const GROUP = 'celery-taskset-meta-'
const CHORD = 'chord-unlock-'
const READ_AT_ONCE = 32
const SCAN_BATCH = 200
/** Python writes in place: what is read in that moment is not whole. */
const HALF_WRITTEN_MS = 20

/** @throws UmbelError `result/bad-url` */
export function createFilesystemResults(options: FilesystemResultsOptions): ResultStore {
  const {
    url,
    runtime,
    accept,
    codecs = nodeCodecs,
    serializer = 'json',
    compression = null,
    resultExpiresMs = null,
  } = options
  const folder = folderOf(url)
  /** Writes of one key in this process go one after the other (RES-2); between processes there is a gap, as in Python. */
  const turns = new Map<string, Promise<void>>()

  const trouble = (error: unknown) => new UmbelError('broker/unreachable', { url, reason: messageOf(error) }, error)

  async function readKey(key: string): Promise<Buffer | null> {
    if (!isFileName(key)) return null
    try {
      return await readFile(join(folder, key))
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENAMETOOLONG') return null
      throw trouble(error)
    }
  }
  async function writeKey(key: string, value: string | Uint8Array): Promise<void> {
    if (!isFileName(key)) {
      throw new UmbelError('message/invalid', { reason: `the id in ${key.slice(0, 80)}`, expected: 'a file name' })
    }
    const draft = join(folder, `.umbel-${randomUUID()}`)
    try {
      await writeFile(draft, value)
      await rename(draft, join(folder, key)) // so that nobody reads half of it
    } catch (error) {
      await rm(draft, { force: true }).catch(() => {})
      throw trouble(error)
    }
  }
  async function removeKey(key: string): Promise<void> {
    if (!isFileName(key)) return
    await rm(join(folder, key), { force: true }).catch((error: unknown) => {
      throw trouble(error)
    })
  }

  async function get(id: string): Promise<TaskMeta | null> {
    for (let attempt = 0; ; attempt++) {
      const raw = await readKey(`${TASK}${id}`)
      if (raw === null) return null
      const meta = parseTaskMeta(raw, codecs, MAX_STORED_BYTES, accept)
      if (meta.ok) return meta.value
      if (attempt > 0) return unreadableMeta(id, raw)
      await runtime.clock.sleep(HALF_WRITTEN_MS)
    }
  }
  async function getMany(ids: readonly string[]): Promise<readonly (TaskMeta | null)[]> {
    const found: (TaskMeta | null)[] = []
    for (let from = 0; from < ids.length; from += READ_AT_ONCE) {
      found.push(...(await Promise.all(ids.slice(from, from + READ_AT_ONCE).map(get))))
    }
    return found
  }
  async function keys(): Promise<readonly string[]> {
    return readdir(folder).catch((error: unknown) => {
      throw trouble(error)
    })
  }

  return {
    url,
    replyTo: null,
    supports: { scan: true, subscribe: false, chords: false },
    async open() {
      const probe = `.umbel-${randomUUID()}`
      await writeKey(probe, '')
      await removeKey(probe)
    },
    async close() {
      await Promise.all(turns.values())
    },
    get,
    getMany,
    async set(meta) {
      const key = `${TASK}${meta.task_id}`
      const value = encodeTaskMeta(meta, { codecs, serializer, compression })
      const write = async () => {
        if ((await get(meta.task_id))?.status === SUCCESS) return
        await writeKey(key, value)
      }
      const turn = (turns.get(key) ?? Promise.resolve()).then(write)
      const held = turn.catch(() => {})
      turns.set(key, held)
      await turn.finally(() => {
        if (turns.get(key) === held) turns.delete(key)
      })
    },
    delete: (id) => removeKey(`${TASK}${id}`),
    subscribe: (ids, onMeta) => pollingSubscription(ids, onMeta, { getMany, clock: runtime.clock }),
    saveGroup: (group) => writeKey(`${GROUP}${group.id}`, formatSavedGroup(group, options)),
    async getGroup(id) {
      const raw = await readKey(`${GROUP}${id}`)
      return raw === null ? null : parseSavedGroup(raw, MAX_STORED_BYTES, codecs)
    },
    deleteGroup: (id) => removeKey(`${GROUP}${id}`),
    chords: null,
    async cleanup() {
      if (resultExpiresMs === null) return
      const oldestMs = runtime.clock.nowMs() - resultExpiresMs
      for (const key of await keys()) {
        if (![TASK, GROUP, CHORD].some((prefix) => key.startsWith(prefix))) continue
        const found = await stat(join(folder, key)).catch(() => null) // deleted meanwhile
        if (found !== null && found.mtimeMs < oldestMs) await removeKey(key)
      }
    },
    async *scan({ limit, signal }) {
      const ids = (await keys()).filter((key) => key.startsWith(TASK)).map((key) => key.slice(TASK.length))
      for (let from = 0; from < Math.min(ids.length, limit) && !signal.aborted; from += SCAN_BATCH) {
        const metas = await getMany(ids.slice(from, Math.min(from + SCAN_BATCH, limit)))
        yield metas.filter((meta): meta is TaskMeta => meta !== null && meta.status !== UNREADABLE)
      }
    },
  }
}

function folderOf(url: string): string {
  try {
    return fileURLToPath(url)
  } catch (error) {
    throw new UmbelError('result/bad-url', { url, part: 'path', expected: `file:///folder (${messageOf(error)})` })
  }
}

/** An id comes from a message: it must not lead out of the folder. */
function isFileName(key: string): boolean {
  return !/[/\\\0]/.test(key)
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}
