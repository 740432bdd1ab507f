/**
 * A schedule in Redis as RedBeat keeps it (worker-beat.md 5.4): the same keys, encodings and lock, so that a RedBeat
 * and this program may take turns, and several of ours may stand by for each other.
 */
import { parseRedisUrl } from '../../runtime/redis-connection.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { ScheduleStore } from '../schedule-store.ts'
import { createAdoption } from './adoption.ts'
import { createBeats } from './beats.ts'
import { createEdits } from './edits.ts'
import { createKeys, DEFAULT_KEY_PREFIX } from './keys.ts'
import { createLeases, LEASE_MS, readHolder } from './leases.ts'
import { createLink } from './link.ts'
import { createLoader } from './load.ts'
import { editPlainly, leasePlainly, sendPlainly, settlePlainly } from './plain-ways.ts'
import { readNotes } from './run-notes.ts'
import { createSamePlace } from './same-place.ts'
import { loadScript } from './script.ts'
import { createSend, type RunBroker } from './send.ts'

export interface RedisScheduleStoreOptions {
  /** redbeat_redis_url, or the broker's. */
  readonly url: string
  readonly runtime: Runtime
  /** For `sentinel://`: how its master is called. */
  readonly masterName?: string
  readonly sentinelUsername?: string
  readonly sentinelPassword?: string
  /** redbeat_key_prefix. */
  readonly keyPrefix?: string
  /** redbeat_lock_key: null or '' = no lock, and nothing keeps two beats apart. */
  readonly lockKey?: string | null
  /** How long a turn lasts without a sign of life. Not redbeat_lock_timeout, which is 25 minutes. */
  readonly leaseMs?: number
  /**
   * In which crontabs without a zone of their own count (conf.timezone): the times that a RedBeat sees. Asked at each
   * edit where it may become known later.
   */
  readonly zone?: string | (() => string)
  /** By which beat sends; message and note are one step when it is in the same database (SST-5). */
  readonly broker?: RunBroker | null
}

/** Throws `broker/bad-url` for a URL that is none. */
export function createRedisScheduleStore(options: RedisScheduleStoreOptions): ScheduleStore {
  const { url, runtime, keyPrefix = DEFAULT_KEY_PREFIX, leaseMs = LEASE_MS, zone = 'UTC', broker = null } = options
  const { masterName, sentinelUsername, sentinelPassword } = options
  const { clock } = runtime
  const address = parseRedisUrl(url, { masterName, sentinelUsername, sentinelPassword })
  const keys = createKeys(keyPrefix, options.lockKey)
  const link = createLink(address, runtime)
  const [editScript, leaseScript] = [
    loadScript('schedule_edit', editPlainly),
    loadScript('schedule_lease', leasePlainly),
  ]
  const isOneStep = createSamePlace(address, broker)
  const edits = createEdits({
    link,
    keys,
    script: editScript,
    zone: typeof zone === 'string' ? () => zone : zone,
    foreignLeads,
  })
  const adoption = createAdoption({ keys, edits, script: editScript })
  const loader = createLoader({ link, keys, runtime, edits, adoption })
  const sendAll = createSend({
    ...{ link, keys, broker, isOneStep },
    sendScript: loadScript('schedule_send', sendPlainly),
    settleScript: loadScript('schedule_settle', settlePlainly),
    scheduleOf: loader.scheduleOf,
  })
  const { lock } = keys

  async function foreignLeads(): Promise<boolean> {
    const holder = lock === null ? null : await readHolder(link, lock)
    return holder !== null && holder.holder === null
  }

  return {
    kind: 'redis',
    place: keyPrefix === DEFAULT_KEY_PREFIX ? address.url : `${address.url} (${keyPrefix})`,
    supports: { lease: lock !== null, edit: true, oneStep: isOneStep() },
    leases:
      lock === null
        ? null
        : createLeases({
            ...{ link, runtime, script: leaseScript, lock, leaseMs },
            onAcquired: loader.beginTurn,
            onFalling: () => void loader.readAhead().catch(() => {}), // it is read when it is needed
          }),
    open: link.open,
    async close() {
      link.close()
    },

    load: loader.load,
    version: loader.version,
    async standBy(entries) {
      await loader.warm()
      await link.run((redis) => adoption.prepare(redis, entries, clock.nowMs()))
    },
    adopt: (entries, nowMs) => link.run((redis) => adoption.adopt(redis, entries, nowMs)),

    async send(run, message, lease) {
      const [end = new Error('no answer')] = await sendAll([{ run, message }], lease)
      if (end instanceof Error) throw end
      return end
    },
    sendAll,
    async sync() {}, // nothing is kept back
    ...createBeats(link, keys, runtime),
    runs: async (name, limit) => readNotes(await loader.runs(name), limit),

    put: (entry, mode) => edits.put(entry, mode, clock.nowMs()),
    remove: edits.remove,
    setEnabled: edits.setEnabled,
    hold: edits.hold,
    skip: (name, slotMs) => edits.skip(name, slotMs, clock.nowMs()),
    runNow: edits.runNow,
  }
}
