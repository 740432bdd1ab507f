/** The whole schedule, as it is now (SST-2), and a version that tells when it is worth reading again (SST-4). */
import type { Redis } from 'ioredis'
import { messageOf } from '../../errors.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { BrokenEntry, LoadedSchedule, StoredEntry } from '../schedule-store.ts'
import { type Adoption, createCodeSum } from './adoption.ts'
import type { Edits } from './edits.ts'
import { isForRedBeat, isOver, type KnownDefinitions, readEntry, readHold } from './entry-codec.ts'
import { createForeignEdits } from './foreign-edits.ts'
import { FIELDS, type RedBeatKeys } from './keys.ts'
import type { ScheduleLink } from './link.ts'
import { type ReadEntry, readHashes, readKeys, readStatics } from './read-entries.ts'

const TURN_MS = 10
const TAKEN_A_LOOK = 32
/** Entries that were deleted are forgotten when they have become many. */
const KNOWN_SPARE = 1_000

export interface LoadParts {
  readonly link: ScheduleLink
  readonly keys: RedBeatKeys
  readonly runtime: Runtime
  readonly edits: Edits
  readonly adoption: Adoption
}

export function createLoader({ link, keys, runtime, edits, adoption }: LoadParts) {
  const { clock, log } = runtime
  const foreignEdits = createForeignEdits(clock)
  const ownPlaces = new Set<string>()
  const known: KnownDefinitions = new Map()
  let turns = 0
  let told = ''

  function versionOf(count: string | null, entries: number): string {
    return [count ?? 0, entries, foreignEdits.count(), turns].join('.')
  }

  /** As RedBeat does: what is in the schedule and nowhere else is taken out of it. */
  async function dropMissing(redis: Redis, missing: readonly string[]): Promise<void> {
    for (const key of missing) log.warning(`beat: Failed to load ${key}, removing`)
    await redis
      .pipeline()
      .zrem(keys.schedule, ...missing)
      .zrem(keys.ownSchedule, ...missing)
      .exec()
  }

  /** Says once what cannot be read, not at each load. */
  function tellBroken(broken: readonly BrokenEntry[]): void {
    const names = broken.map(({ name, reason }) => `${name}: ${reason}`).join('; ')
    if (names !== '' && names !== told) {
      log.error('beat: entries that cannot be read are left out', { entries: names.slice(0, 2_000) })
    }
    told = names
  }

  return {
    /** Which of the two schedules an entry is in, as far as it was loaded. */
    scheduleOf: (name: string) => (ownPlaces.has(name) ? keys.ownSchedule : keys.schedule),
    /** What was loaded may be old: somebody else led until now. */
    beginTurn(): void {
      turns++
    },

    load(): Promise<LoadedSchedule> {
      return link.run(async function read(redis): Promise<LoadedSchedule> {
        const count = await redis.get(keys.version) // before the entries: what changes meanwhile is read again
        const [found, statics] = await Promise.all([readKeys(redis, keys), readStatics(redis, keys)])
        const nowMs = clock.nowMs()
        const entries: StoredEntry[] = []
        const broken: BrokenEntry[] = []
        const missing: string[] = []
        const ended: string[] = []
        const sums = foreignEdits.begin()
        const codeSum = createCodeSum()
        ownPlaces.clear()

        function take({ key, hash, problem }: ReadEntry): void {
          const name = keys.nameOf(key)
          if (hash.definition === null && problem === null) {
            missing.push(key)
            return
          }
          sums.add(key, hash.definition ?? '')
          if (statics.has(name)) codeSum.add(`${key}\n${hash.definition}\n${hash.more}`)
          if (isOver(readHold(hash.hold), nowMs)) ended.push(name)
          try {
            if (problem !== null) throw new Error(`its key holds something else: ${problem}`)
            const stored = readEntry(name, hash, statics.has(name), known)
            if (!isForRedBeat(stored.entry)) ownPlaces.add(name)
            entries.push(stored)
          } catch (error) {
            broken.push({ name, reason: messageOf(error) })
          }
        }

        let turnMs = clock.monotonicMs()
        let taken = 0
        for await (const lot of readHashes(redis, [...found])) {
          for (const one of lot) {
            take(one)
            // Lots that are here already come one after the other: pages and leases want their turn.
            if (++taken % TAKEN_A_LOOK !== 0 || clock.monotonicMs() - turnMs < TURN_MS) continue
            await clock.sleep(1)
            turnMs = clock.monotonicMs()
          }
        }
        sums.end()
        if (known.size > 2 * found.size + KNOWN_SPARE) known.clear()
        if (missing.length > 0) await dropMissing(redis, missing)
        // Who may only read sees it all the same; somebody else ends it for RedBeat.
        for (const name of ended) await edits.endHold(name).catch(() => {})
        tellBroken(broken)
        if (!(await adoption.check(redis, { version: count ?? '0', sum: codeSum.text() }))) return read(redis)
        return { version: versionOf(count, found.size - missing.length), entries, broken }
      })
    },

    version(): Promise<string> {
      return link.run(async (redis) => {
        const [count, theirs, ours] = await Promise.all([
          redis.get(keys.version),
          redis.zcard(keys.schedule),
          redis.zcard(keys.ownSchedule),
          foreignEdits.look(redis),
        ])
        return versionOf(count, theirs + ours)
      })
    },

    runs(name: string): Promise<string | null> {
      return link.run((redis) => redis.hget(keys.entry(name), FIELDS.runs))
    },
  }
}
