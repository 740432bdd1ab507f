/** Who works on this schedule: beats that report, and whoever holds RedBeat's lock. */
import { parseJson } from '../../protocol/json.ts'
import { isRecord } from '../../protocol/record.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { BeatPresence } from '../schedule-store.ts'
import type { RedBeatKeys } from './keys.ts'
import { readHolder } from './leases.ts'
import type { ScheduleLink } from './link.ts'

const PRESENT_MS = 60_000
/** The names of beats that come and go (containers) must not pile up. */
const FORGOTTEN_MS = 3_600_000

export function createBeats(link: ScheduleLink, keys: RedBeatKeys, { clock }: Runtime) {
  return {
    async report(presence: BeatPresence): Promise<void> {
      const field = `${presence.node} ${presence.pid ?? ''}`
      await link.run((redis) => redis.hset(keys.beats, field, JSON.stringify(presence)))
    },

    async beats(): Promise<readonly BeatPresence[]> {
      const nowMs = clock.nowMs()
      const [kept, holder] = await Promise.all([
        link.run((redis) => redis.hgetall(keys.beats)),
        keys.lock === null ? null : readHolder(link, keys.lock),
      ])
      const leaseEndsMs = holder?.leftMs == null ? null : nowMs + holder.leftMs
      const found: BeatPresence[] = []
      const forgotten: string[] = []
      for (const [field, text] of Object.entries(kept)) {
        const presence = readPresence(text)
        const ageMs = presence === null ? Number.POSITIVE_INFINITY : nowMs - (presence.lastTickMs ?? 0)
        if (ageMs > FORGOTTEN_MS) forgotten.push(field)
        if (presence === null || ageMs > PRESENT_MS) continue
        // What it said of its lease may be old; the lock is not.
        const leads = keys.lock === null ? presence.leads : false
        found.push({ ...presence, leads, leaseEndsMs: null })
      }
      if (forgotten.length > 0) await link.run((redis) => redis.hdel(keys.beats, ...forgotten))
      if (holder === null) return found
      const at = found.findIndex(({ node, pid }) => node === holder.holder && pid === holder.pid)
      const known = found[at]
      if (known !== undefined) return found.with(at, { ...known, leads: true, leaseEndsMs })
      const node = holder.holder ?? 'RedBeat'
      const software = holder.holder === null ? 'redbeat' : 'umbel'
      return [...found, { node, pid: holder.pid, software, lastTickMs: null, leads: true, leaseEndsMs }]
    },
  }
}

const SOFTWARE = ['umbel', 'redbeat', 'django', 'unknown'] as const

function readPresence(text: string): BeatPresence | null {
  try {
    const value = parseJson(text)
    if (!isRecord(value)) return null
    const { node, pid, software, lastTickMs, leads } = value
    if (typeof node !== 'string') return null
    return {
      node,
      pid: typeof pid === 'number' ? pid : null,
      software: SOFTWARE.find((known) => known === software) ?? 'unknown',
      lastTickMs: typeof lastTickMs === 'number' ? lastTickMs : null,
      leads: leads === true,
      leaseEndsMs: null,
    }
  } catch {
    return null
  }
}
