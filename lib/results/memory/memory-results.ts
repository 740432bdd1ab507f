/**
 * Results in this process: for the demo without a Redis, and for tests. What is stored is the JSON text, so that a
 * reader gets exactly what a reader of Redis would.
 */
import { SUCCESS } from '../../protocol/states.ts'
import { formatTaskMeta, parseTaskMeta, type TaskMeta } from '../../protocol/task-meta.ts'
import { nodeCodecs } from '../../runtime/codecs.ts'
import { createRuntime, type Runtime } from '../../runtime/runtime.ts'
import type { ResultStore } from '../results.ts'

export interface MemoryResultsOptions {
  readonly runtime?: Runtime
  /** The oldest are dropped above this. */
  readonly maxResults?: number
  readonly url?: string
}

interface Entry {
  readonly text: string
  /** By the monotonic clock; Infinity = keep. */
  readonly expiresAtMs: number
}

const MAX_RESULTS = 100_000
const SCAN_BATCH = 500

export function createMemoryResults(options: MemoryResultsOptions = {}): ResultStore {
  const { runtime = createRuntime(), maxResults = MAX_RESULTS, url = 'memory://' } = options
  const entries = new Map<string, Entry>()

  function read(id: string): TaskMeta | null {
    const entry = entries.get(id)
    if (entry === undefined) return null
    if (entry.expiresAtMs <= runtime.clock.monotonicMs()) {
      entries.delete(id)
      return null
    }
    const meta = parseTaskMeta(entry.text, nodeCodecs)
    return meta.ok ? meta.value : null
  }

  return {
    url,
    supports: { scan: true, subscribe: false },
    async open() {},
    async close() {},
    async get(id) {
      return read(id)
    },
    async getMany(ids) {
      return ids.map(read)
    },
    async set(meta, expiresMs) {
      if (read(meta.task_id)?.status === SUCCESS) return
      const expiresAtMs = expiresMs === null ? Number.POSITIVE_INFINITY : runtime.clock.monotonicMs() + expiresMs
      entries.delete(meta.task_id) // so that the Map's order stays the order of writing
      entries.set(meta.task_id, { text: formatTaskMeta(meta), expiresAtMs })
      for (const oldest of entries.keys()) {
        if (entries.size <= maxResults) break
        entries.delete(oldest)
      }
    },
    async *scan({ limit, signal }) {
      const ids = [...entries.keys()].slice(0, limit)
      for (let from = 0; from < ids.length && !signal.aborted; from += SCAN_BATCH) {
        const metas = ids.slice(from, from + SCAN_BATCH).map(read)
        yield metas.filter((meta) => meta !== null)
      }
    },
  }
}
