/**
 * Results in Redis, as Celery keeps them (wire.md E): one string per task, written and published in one step, JSON or a
 * compressed frame. Connects when first used; comes back by itself after an outage.
 */
import type { Redis } from 'ioredis'
import type { Codecs } from '../../protocol/codecs.ts'
import { SUCCESS } from '../../protocol/states.ts'
import { encodeTaskMeta, parseTaskMeta, type TaskMeta, UNREADABLE, unreadableMeta } from '../../protocol/task-meta.ts'
import { nodeCodecs } from '../../runtime/codecs.ts'
import { parseRedisUrl } from '../../runtime/redis-connection.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { ChordOptions } from '../chord-options.ts'
import type { ResultStore, ScanOptions } from '../results.ts'
import { formatSavedGroup, parseSavedGroup, type ResultFormat } from '../stored-value.ts'
import type { ResultTransportOptions } from '../transport-options.ts'
import { createRedisChords } from './chords.ts'
import { createRedisLink, READY_TIMEOUT_MS } from './redis-link.ts'
import { keyOfGroup, keyOfTask, normalizePrefix, patternOfTasks, taskOfKey } from './result-keys.ts'
import { createResultSubscriptions } from './result-subscriptions.ts'
import { createResultWriter } from './result-writer.ts'

export interface RedisResultsOptions extends ResultTransportOptions, ChordOptions {
  readonly url: string
  readonly runtime: Runtime
  /** `result_compression`, e.g. `gzip`; reading needs no setting. */
  readonly compression?: string | null
  /** `result_serializer`; `json` when left out. Reading needs no setting. */
  readonly serializer?: string
  /** Those of an app whose results are signed. */
  readonly codecs?: Codecs
  /** Content types that are read (`result_accept_content`); all when left out. */
  readonly accept?: readonly string[]
  /** How long a call waits for a connection that is down. */
  readonly readyTimeoutMs?: number
  /** Cap for one meta, also after decompression. */
  readonly maxBytes?: number
}

const MAX_META_BYTES = 64 * 1024 * 1024
/** Few enough that one MGET does not hold up other clients of the server. */
const KEYS_PER_MGET = 500
/** While filling a list at start nobody waits, so smaller steps, and a pause between them. */
const SCAN_COUNT = 200
const SCAN_PAUSE_MS = 2

/** Throws `broker/bad-url` at once; whether anything answers there shows with the first call. */
export function createRedisResults(options: RedisResultsOptions): ResultStore {
  const address = parseRedisUrl(options.url, options)
  const link = createRedisLink(address, options)
  const prefix = normalizePrefix(options.keyPrefix ?? '')
  const { maxBytes = MAX_META_BYTES, codecs = nodeCodecs } = options

  const read = (id: string, raw: Buffer | null): TaskMeta | null => {
    if (raw === null) return null
    const meta = parseTaskMeta(raw, codecs, maxBytes, options.accept)
    return meta.ok ? meta.value : unreadableMeta(id, raw)
  }

  const write = createResultWriter({ link, isFinal: (raw) => read('', raw)?.status === SUCCESS })

  async function getMany(ids: readonly string[]): Promise<readonly (TaskMeta | null)[]> {
    if (ids.length === 0) return []
    const raw = await link.run((redis) =>
      fetchMany(
        redis,
        ids.map((id) => keyOfTask(prefix, id)),
      ),
    )
    return ids.map((id, index) => read(id, raw[index] ?? null))
  }

  const subscriptions = createResultSubscriptions({
    address,
    runtime: options.runtime,
    prefix,
    readyTimeoutMs: options.readyTimeoutMs ?? READY_TIMEOUT_MS,
    getMany,
    parse(raw) {
      const meta = parseTaskMeta(raw, codecs, maxBytes, options.accept)
      return meta.ok ? meta.value : null
    },
  })

  async function getGroup(id: string) {
    const raw = await link.run((redis) => redis.getBuffer(keyOfGroup(prefix, id)))
    return raw === null ? null : parseSavedGroup(raw, maxBytes, codecs)
  }

  return {
    url: address.url,
    replyTo: null,
    supports: { scan: true, subscribe: true, chords: true },
    open: () => link.open(),
    async close() {
      subscriptions.close()
      await link.close()
    },
    getMany,
    async get(id) {
      const [meta] = await getMany([id])
      return meta ?? null
    },
    set(meta, expiresMs) {
      try {
        const value = formatMeta(meta, options)
        const seconds = expiresMs === null ? 0 : Math.max(1, Math.ceil(expiresMs / 1000))
        return write({ key: keyOfTask(prefix, meta.task_id), value, seconds })
      } catch (error) {
        return Promise.reject(error) // what cannot be written
      }
    },
    async delete(id) {
      await link.run((redis) => redis.del(keyOfTask(prefix, id)))
    },
    subscribe: (ids, onMeta) => subscriptions.subscribe(ids, onMeta),
    async saveGroup(group, expiresMs) {
      const value = formatSavedGroup(group, options)
      const key = keyOfGroup(prefix, group.id)
      await link.run((redis) =>
        expiresMs === null
          ? redis.set(key, value)
          : redis.set(key, value, 'EX', Math.max(1, Math.ceil(expiresMs / 1000))),
      )
    },
    getGroup,
    async deleteGroup(id) {
      await link.run((redis) => redis.del(keyOfGroup(prefix, id)))
    },
    chords: createRedisChords({
      ...options,
      link,
      prefix,
      clock: options.runtime.clock,
      store: { getMany, getGroup },
    }),
    async *scan({ limit, signal }: ScanOptions) {
      const pattern = patternOfTasks(prefix)
      const seen = new Set<string>() // SCAN may name a key more than once
      for (let cursor = '0'; !signal.aborted; ) {
        const [next, keys] = await link.run((redis) => redis.scan(cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT))
        const ids = keys.map((key) => taskOfKey(prefix, key)).filter((id) => !seen.has(id))
        const metas = await getMany(ids.slice(0, limit - seen.size))
        if (signal.aborted) return
        for (const id of ids) seen.add(id)
        const readable = metas.filter((meta): meta is TaskMeta => meta !== null && meta.status !== UNREADABLE)
        if (readable.length > 0) yield readable
        if (next === '0' || seen.size >= limit) return
        cursor = next
        await options.runtime.clock.sleep(SCAN_PAUSE_MS, signal)
      }
    },
  }
}

/** As text where it can be: ioredis joins texts faster than bytes. */
function formatMeta(meta: TaskMeta, format: ResultFormat): string | Buffer {
  const { serializer = 'json', compression = null, codecs = nodeCodecs } = format
  const value = encodeTaskMeta(meta, { codecs, serializer, compression })
  return typeof value === 'string' ? value : Buffer.from(value)
}

/** All in one round trip, in several MGETs. A key that holds no string reads as null, as MGET has it. */
async function fetchMany(redis: Redis, keys: readonly string[]): Promise<readonly (Buffer | null)[]> {
  const parts: Promise<(Buffer | null)[]>[] = []
  for (let from = 0; from < keys.length; from += KEYS_PER_MGET) {
    parts.push(redis.mgetBuffer(...keys.slice(from, from + KEYS_PER_MGET)))
  }
  return (await Promise.all(parts)).flat()
}
