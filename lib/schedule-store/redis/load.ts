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
import { forEachInTurns, type ReadEntry, readHashes, readKeys, readStatics } from './read-entries.ts'
import { createStandByCopy, entryNow, type KnownHash } from './stand-by-copy.ts'

/** Entries that were deleted are forgotten when they have become many. */
const KNOWN_SPARE = 1_000
/** To read 100,000 entries takes seconds: not at each edit, while nothing depends on it. */
const WARM_EVERY_MS = 10_000

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
  const standBy = createStandByCopy(clock)
  let turns = 0
  let told = ''
  let warmVersion: string | null = null
  let warmedMs = Number.NEGATIVE_INFINITY
  let tail: Promise<unknown> = Promise.resolve()

  function versionOf(count: string | null, entries: number): string {
    return [count ?? 0, entries, foreignEdits.count(), turns].join('.')
  }
  async function askVersion(redis: Redis): Promise<{ readonly count: string; readonly version: string }> {
    const [count, theirs, ours] = await Promise.all([
      redis.get(keys.version),
      redis.zcard(keys.schedule),
      redis.zcard(keys.ownSchedule),
    ])
    return { count: count ?? '0', version: versionOf(count, theirs + ours) }
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

  /** One at a time: each learns for itself which entry is in which of the two schedules. */
  function oneByOne<T>(work: () => Promise<T>): Promise<T> {
    const result = tail.then(work)
    tail = result.catch(() => {})
    return result
  }

  /** Null: all is to be read. What the copy says is what was found when it was read, but for runs. */
  async function loadStates(redis: Redis): Promise<LoadedSchedule | null> {
    const { count, version } = await askVersion(redis)
    const found = await standBy.read(redis, version)
    if (found === null) return null
    const { sum, statics, states } = found
    const entries = found.hashes.map((one, at) => {
      return entryNow(one, states[at] ?? one.hash, (hash) => {
        const name = keys.nameOf(one.key)
        return readEntry(name, hash, statics.has(name), known)
      })
    })
    if (!(await adoption.check(redis, { version: count, sum }))) return null
    return { version, entries, broken: [] }
  }

  async function loadWhole(redis: Redis, isForLater = false): Promise<LoadedSchedule> {
    const count = await redis.get(keys.version) // before the entries: what changes meanwhile is read again
    const [found, statics] = await Promise.all([readKeys(redis, keys), readStatics(redis, keys)])
    const nowMs = clock.nowMs()
    const entries: StoredEntry[] = []
    const broken: BrokenEntry[] = []
    const missing: string[] = []
    const ended: string[] = []
    const texts: KnownHash[] = []
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
        if (isForLater) texts.push(standBy.lasting(key, hash, known.get(name)?.text ?? null, stored.entry))
      } catch (error) {
        broken.push({ name, reason: messageOf(error) })
      }
    }

    await forEachInTurns(readHashes(redis, [...found]), clock, take)
    sums.end()
    if (known.size > 2 * found.size + KNOWN_SPARE) known.clear()
    if (missing.length > 0) await dropMissing(redis, missing)
    // Who may only read sees it all the same; somebody else ends it for RedBeat.
    for (const name of ended) await edits.endHold(name).catch(() => {})
    tellBroken(broken)
    if (!(await adoption.check(redis, { version: count ?? '0', sum: codeSum.text() })))
      return loadWhole(redis, isForLater)
    const version = versionOf(count, found.size - missing.length)
    const isWhole = isForLater && broken.length === 0 && missing.length === 0 && ended.length === 0
    standBy.keep(isWhole ? { version, hashes: texts, statics, sum: codeSum.text() } : null)
    return { version, entries, broken }
  }

  return {
    /** Which of the two schedules an entry is in, as far as it was loaded. */
    scheduleOf: (name: string) => (ownPlaces.has(name) ? keys.ownSchedule : keys.schedule),
    /** What was loaded may be old: somebody else led until now. */
    beginTurn(): void {
      turns++
    },

    load: () => oneByOne(() => link.run(async (redis) => (await loadStates(redis)) ?? (await loadWhole(redis)))),

    /** Another beat leads: what is read now need not be read when this one does. */
    async warm(): Promise<void> {
      const nowMs = clock.monotonicMs()
      if (nowMs - warmedMs < WARM_EVERY_MS) return
      warmedMs = nowMs
      await oneByOne(() =>
        link.run(async (redis) => {
          await foreignEdits.look(redis)
          const { version } = await askVersion(redis)
          if (version !== warmVersion) warmVersion = (await loadWhole(redis, true)).version
        }),
      )
    },
    /** Whoever leads has nothing more to send before its lease ends, in a moment: what ran is known now. */
    async readAhead(): Promise<void> {
      await link.run(async (redis) => standBy.readAhead(redis, (await askVersion(redis)).version))
    },

    version(): Promise<string> {
      return link.run(async (redis) => {
        const [{ version }] = await Promise.all([askVersion(redis), foreignEdits.look(redis)])
        return version
      })
    },

    runs(name: string): Promise<string | null> {
      return link.run((redis) => redis.hget(keys.entry(name), FIELDS.runs))
    },
  }
}
