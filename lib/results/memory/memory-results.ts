/**
 * Results in this process: for the demo without a Redis, and for tests. What is stored is the JSON text, so that a
 * reader gets exactly what a reader of Redis would.
 */
import { SUCCESS } from '../../protocol/states.ts'
import { formatTaskMeta, parseTaskMeta, type TaskMeta } from '../../protocol/task-meta.ts'
import { nodeCodecs } from '../../runtime/codecs.ts'
import { createRuntime, type Runtime } from '../../runtime/runtime.ts'
import type { ChordOptions } from '../chord-options.ts'
import type { ResultStore, ResultSubscription, SavedGroup } from '../results.ts'
import { formatSavedGroup, parseSavedGroup } from '../stored-value.ts'
import { createMemoryChords } from './memory-chords.ts'

export interface MemoryResultsOptions extends ChordOptions {
  readonly runtime?: Runtime
  /** The oldest are dropped above this. */
  readonly maxResults?: number
  readonly url?: string
}

interface Entry<T = string> {
  readonly text: T
  /** By the monotonic clock; Infinity = keep. */
  readonly expiresAtMs: number
}

const MAX_RESULTS = 100_000
const SCAN_BATCH = 500

export function createMemoryResults(options: MemoryResultsOptions = {}): ResultStore {
  const { runtime = createRuntime(), maxResults = MAX_RESULTS, url = 'memory://' } = options
  const entries = new Map<string, Entry>()
  const groups = new Map<string, Entry<Buffer>>()
  const listeners = new Map<string, Set<(meta: TaskMeta) => void>>()

  function alive<T>(map: Map<string, Entry<T>>, id: string): T | null {
    const entry = map.get(id)
    if (entry === undefined) return null
    if (entry.expiresAtMs > runtime.clock.monotonicMs()) return entry.text
    map.delete(id)
    return null
  }
  function keep<T>(map: Map<string, Entry<T>>, id: string, text: T, expiresMs: number | null): void {
    const expiresAtMs = expiresMs === null ? Number.POSITIVE_INFINITY : runtime.clock.monotonicMs() + expiresMs
    map.delete(id) // so that the Map's order stays the order of writing
    map.set(id, { text, expiresAtMs })
    for (const oldest of map.keys()) {
      if (map.size <= maxResults) break
      map.delete(oldest)
    }
  }
  function read(id: string): TaskMeta | null {
    const text = alive(entries, id)
    if (text === null) return null
    const meta = parseTaskMeta(text, nodeCodecs)
    return meta.ok ? meta.value : null
  }
  const getMany = async (ids: readonly string[]) => ids.map(read)
  async function getGroup(id: string): Promise<SavedGroup | null> {
    const raw = alive(groups, id)
    return raw === null ? null : parseSavedGroup(raw)
  }

  async function subscribe(ids: readonly string[], onMeta: (meta: TaskMeta) => void): Promise<ResultSubscription> {
    const own = new Set<string>()
    const listener = (meta: TaskMeta) => onMeta(meta) // one of its own, also when two share a function
    async function add(more: readonly string[]): Promise<void> {
      for (const id of more) {
        if (own.has(id)) continue
        own.add(id)
        const set = listeners.get(id) ?? new Set()
        listeners.set(id, set.add(listener))
        const meta = read(id)
        if (meta !== null) onMeta(meta)
      }
    }
    await add(ids)
    return {
      add,
      async close() {
        for (const id of own) {
          listeners.get(id)?.delete(listener)
          if (listeners.get(id)?.size === 0) listeners.delete(id)
        }
        own.clear()
      },
    }
  }

  return {
    url,
    replyTo: null,
    supports: { scan: true, subscribe: true, chords: true },
    async open() {},
    async close() {},
    async get(id) {
      return read(id)
    },
    getMany,
    async set(meta, expiresMs) {
      if (read(meta.task_id)?.status === SUCCESS) return
      keep(entries, meta.task_id, formatTaskMeta(meta), expiresMs)
      const told = listeners.get(meta.task_id)
      const stored = told === undefined ? null : read(meta.task_id)
      if (stored !== null) for (const listener of [...(told ?? [])]) listener(stored)
    },
    async delete(id) {
      entries.delete(id)
    },
    subscribe,
    async saveGroup(group, expiresMs) {
      keep(groups, group.id, formatSavedGroup(group, {}), expiresMs)
    },
    getGroup,
    async deleteGroup(id) {
      groups.delete(id)
    },
    chords: createMemoryChords({ ...options, clock: runtime.clock, store: { getMany, getGroup } }),
    async *scan({ limit, signal }) {
      const ids = [...entries.keys()].slice(0, limit)
      for (let from = 0; from < ids.length && !signal.aborted; from += SCAN_BATCH) {
        const metas = ids.slice(from, from + SCAN_BATCH).map(read)
        yield metas.filter((meta) => meta !== null)
      }
    },
  }
}
