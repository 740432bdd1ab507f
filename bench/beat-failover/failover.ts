/**
 * Several real beats on one schedule, whose leader is killed, stopped for a while or cut off, again and again, at random
 * times; a ledger in a second Redis says which runs were missed or made twice.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { messageOf } from '../../lib/errors.ts'
import { createRuntime } from '../../lib/runtime/runtime.ts'
import { createRedisScheduleStore } from '../../lib/schedule-store/redis/redis-schedule-store.ts'
import { startRedis } from '../../lib/testing/redis.ts'
import { type BeatProcess, startBeatProcess } from './beat-process.ts'
import { type Grid, startLedger, type Verdict } from './ledger.ts'

export const FAULTS = ['kill', 'stop', 'cut'] as const
export type Fault = (typeof FAULTS)[number]

export interface FailOverOptions {
  readonly beats: number
  readonly entries: number
  readonly leastSeconds: number
  readonly leaseSeconds: number
  /** One after the other; each hits whoever leads then. */
  readonly faults: readonly Fault[]
  /** How long a leader is stopped or cut off, at least until another one leads. */
  readonly awayMs: number
  readonly onFault?: (done: number) => void
  /** A new beat that was not up in time and was replaced; what was seen of it. */
  readonly onReplaced?: (seen: string) => void
}

export interface FailOverReport extends Verdict {
  readonly faults: Readonly<Record<Fault, number>>
  /** From each fault to another beat's lease. */
  readonly gapMs: readonly number[]
  readonly tookMs: number
}

const LOCK = 'redbeat::lock'
const BEATS = 'redbeat::umbel:beats'
/** What the last fault kept back, and more. */
const LAST_RUNS = 30
/** A machine that is busy takes long to start a program; what has not come up by then will not. */
const UP_WITHIN_MS = 60_000
const WAIT_MS = 60_000
/** New beats that do not come up, one after the other. */
const MOST_REPLACED = 3

export async function runFailOvers(options: FailOverOptions): Promise<FailOverReport> {
  const { beats, entries, leastSeconds, leaseSeconds, awayMs } = options
  const [redis, bookRedis] = await Promise.all([startRedis(), startRedis()])
  const client = redis.connect()
  const ledger = startLedger(redis.connect(), bookRedis.connect())
  const running = new Map<string, BeatProcess>()
  const counts: Record<Fault, number> = { kill: 0, stop: 0, cut: 0 }
  const gapMs: number[] = []
  const startMs = performance.now()
  let started = 0

  async function start(): Promise<void> {
    const name = `beat${++started}@test`
    const env = {
      ...{ FAILOVER_ENTRIES: String(entries), FAILOVER_EVERY: String(leastSeconds) },
      FAILOVER_LEASE: String(leaseSeconds),
    }
    running.set(name, await startBeatProcess({ name, redisPort: redis.port, env }))
  }
  /** Fails with what was seen of every beat, at once when one ended by itself. */
  async function until<T>(what: string, ask: () => Promise<T | null | false>, timeoutMs = WAIT_MS): Promise<T> {
    const endMs = performance.now() + timeoutMs
    for (;;) {
      const answer = await ask()
      if (answer !== null && answer !== false) return answer
      const ended = [...running.values()].find((beat) => beat.ended() !== null)
      if (ended === undefined && performance.now() < endMs) await sleep(10)
      else {
        const seen = Array.from(running.values(), (beat) => beat.seen()).join('\n')
        throw new Error(`${timeoutMs} ms in vain for ${what}; lock ${await client.get(LOCK)}\n${seen}`)
      }
    }
  }
  function someLeader(): Promise<BeatProcess> {
    return until('a leader', async () => running.get(await holder(client)) ?? null)
  }
  /** Beats say that they are there as soon as they have asked for the lease. */
  async function isUp(beat: BeatProcess): Promise<boolean> {
    return (await client.hexists(BEATS, `${beat.name} ${beat.child.pid}`)) === 1
  }
  async function hasStandby(leader: BeatProcess): Promise<boolean> {
    for (const beat of running.values()) if (beat !== leader && (await isUp(beat))) return true
    return false
  }
  async function standBy(leader: BeatProcess): Promise<void> {
    for (let replaced = 0; ; replaced++) {
      try {
        await until('a beat that stands by', () => hasStandby(leader), UP_WITHIN_MS)
        return
      } catch (error) {
        if (replaced >= MOST_REPLACED) throw error
        options.onReplaced?.(messageOf(error))
        for (const beat of [...running.values()]) {
          if (beat === leader || (beat.ended() === null && (await isUp(beat)))) continue
          running.delete(beat.name)
          await beat.kill()
          await start()
        }
      }
    }
  }
  let sentBefore = [0, 0]
  /** Leaders that are killed before they send add up to more than an interval; missed runs of one entry make one. */
  async function someSent(): Promise<void> {
    const [oldest = 0] = sentBefore
    await until('a run that was sent', async () => (await ledger.count()) > oldest)
    sentBefore = [...sentBefore.slice(1), await ledger.count()]
  }
  /** The time until another beat holds the lease. */
  async function takeOver(from: BeatProcess): Promise<void> {
    const atMs = performance.now()
    await until(`another leader than ${from.name}`, async () => {
      const name = await holder(client)
      return name !== '' && name !== from.name
    })
    gapMs.push(performance.now() - atMs)
  }
  async function hit(leader: BeatProcess, fault: Fault): Promise<void> {
    counts[fault]++
    if (fault === 'kill') {
      running.delete(leader.name)
      const ended = leader.kill()
      await takeOver(leader)
      await ended
      await start()
      return
    }
    if (fault === 'stop') leader.child.kill('SIGSTOP')
    else leader.proxy.hold()
    const sinceMs = performance.now()
    await takeOver(leader)
    await sleep(Math.max(0, awayMs - (performance.now() - sinceMs)))
    // What it was about to send it now tries to send.
    if (fault === 'stop') leader.child.kill('SIGCONT')
    else leader.proxy.release()
  }

  try {
    await Promise.all(Array.from({ length: beats }, start))
    const leaderAtFirst = await someLeader()
    await standBy(leaderAtFirst)
    const first = await readGrids(redis.url)
    await until('the first run', async () => (await ledger.count()) > 0)
    for (const [index, fault] of options.faults.entries()) {
      await standBy(await someLeader())
      await someSent()
      await sleep(Math.random() * Math.min(1_000, 300 * leaseSeconds + 500))
      await hit(await someLeader(), fault)
      options.onFault?.(index + 1)
    }
    const before = await ledger.count()
    await until('the last runs', async () => (await ledger.count()) >= before + LAST_RUNS)
    for (const beat of running.values()) await beat.kill()
    await ledger.stop()
    const last = await readGrids(redis.url)
    const grids = last.map((grid, at) => ({ ...grid, firstMs: first[at]?.firstMs ?? grid.firstMs }))
    const verdict = await ledger.verdict(grids)
    return { ...verdict, faults: counts, gapMs, tookMs: performance.now() - startMs }
  } finally {
    for (const beat of running.values()) await beat.kill()
    await ledger.stop().catch(() => {})
    await Promise.all([redis.stop(), bookRedis.stop()])
  }
}

/** Who holds the lease; '' = nobody. */
async function holder(client: Redis): Promise<string> {
  return /^umbel:(.*):/.exec((await client.get(LOCK)) ?? '')?.[1] ?? ''
}

/** As the schedule itself has it: the last slot of each entry, or where its counting began. */
async function readGrids(url: string): Promise<readonly Grid[]> {
  const store = createRedisScheduleStore({ url, runtime: createRuntime() })
  await store.open()
  const { entries } = await store.load()
  await store.close()
  const grids = entries.map(({ entry: { name, schedule }, state: { lastRunMs, totalRunCount } }): Grid => {
    const everyMs = schedule.type === 'interval' ? Math.round(schedule.everySeconds * 1000) : Number.NaN
    const slotMs = lastRunMs ?? Number.NaN
    return { name, everyMs, slotMs, firstMs: slotMs - totalRunCount * everyMs }
  })
  return grids.sort((a, b) => a.name.localeCompare(b.name))
}
