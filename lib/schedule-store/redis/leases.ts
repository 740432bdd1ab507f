/**
 * RedBeat's own lock as a lease, so that one of its beats and one of ours exclude each other (SST-6). RedBeat takes it
 * for 25 minutes and extends it at each tick; ours lasts seconds and is renewed every second, so that another beat
 * follows within 5 s of a SIGKILL. It ends by Redis' clock; the holder stops by its own monotonic clock before that.
 */
import { randomUUID } from 'node:crypto'
import type { Runtime } from '../../runtime/runtime.ts'
import type { Leases } from '../schedule-store.ts'
import type { ScheduleLink } from './link.ts'
import type { Script } from './script.ts'

/** With a renewal each second and another beat that asks several times a second: the next one leads within 5 s. */
export const LEASE_MS = 4_000
const STOP_EARLIER_MS = 1_000
const OUR_TOKEN = 'umbel:'

export interface LeaseParts {
  readonly link: ScheduleLink
  readonly runtime: Runtime
  readonly script: Script
  readonly lock: string
  readonly leaseMs: number
  /** Called when this program begins to lead. */
  readonly onAcquired: () => void
  /** Called when nobody has renewed the lease, and its holder may not act on it any more. */
  readonly onFalling: () => void
}

export interface LeaseHolder {
  /** What its beat calls itself; null when it is no beat of ours. */
  readonly holder: string | null
  readonly pid: number | null
  /** Null: it has no end. */
  readonly leftMs: number | null
}

export function createLeases({ link, runtime, script, lock, leaseMs, ...parts }: LeaseParts): Leases {
  const stopMs = Math.min(STOP_EARLIER_MS, leaseMs / 4)
  const actMs = leaseMs - stopMs
  let toldToken = ''

  /** A RedBeat that was killed blocks its lock for up to 25 minutes: whoever waits for it should know. */
  function tellForeign(token: string, leftMs: number): void {
    if (token === toldToken) return
    toldToken = token
    if (token === '' || token.startsWith(OUR_TOKEN)) return
    const seconds = leftMs < 0 ? null : Math.ceil(leftMs / 1000)
    runtime.log.info(
      `beat: ${lock} is held by a RedBeat beat; standing by until it is given back or runs out` +
        (seconds === null ? ' (it has no end)' : ` (in ${seconds} s, unless it is extended)`),
    )
  }

  return {
    async acquire(holder) {
      const token = `${OUR_TOKEN}${holder}:${process.pid}-${randomUUID()}`
      const startMs = runtime.clock.monotonicMs()
      const [taken, found, leftMs] = await link.run((redis) =>
        Promise.all([redis.set(lock, token, 'PX', leaseMs, 'NX'), redis.get(lock), redis.pttl(lock)]),
      )
      if (taken === 'OK') {
        toldToken = ''
        parts.onAcquired()
        return { token, actUntilMs: startMs + actMs }
      }
      tellForeign(found ?? '', leftMs)
      if (leftMs >= 0 && leftMs <= stopMs) parts.onFalling()
      return null
    },
    async renew({ token }) {
      const startMs = runtime.clock.monotonicMs()
      const renewed = await link.run((redis) => script.run(redis, [lock], [token, leaseMs]))
      return renewed === 1 ? { token, actUntilMs: startMs + actMs } : null
    },
    async release({ token }) {
      await link.run((redis) => script.run(redis, [lock], [token, 0]))
    },
  } satisfies Leases
}

/** Who holds the lock now. */
export async function readHolder(link: ScheduleLink, lock: string): Promise<LeaseHolder | null> {
  const [token, leftMs] = await link.run((redis) => Promise.all([redis.get(lock), redis.pttl(lock)]))
  if (token === null) return null
  // Two beats of one machine may have one name; the process tells them apart.
  const ours = /^umbel:(.*):(\d+)-/.exec(token)
  const pid = ours === null ? null : Number(ours[2])
  return { holder: ours?.[1] ?? null, pid, leftMs: leftMs < 0 ? null : leftMs }
}
