/** What every schedule store must do; run by the test of each. Names cite the guarantees of `schedule-store.ts`. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { crontab } from '../schedules/crontab.ts'
import { interval } from '../schedules/interval.ts'
import { sampleEnvelope } from '../testing/sample-envelope.ts'
import type { OutgoingRun, Run, ScheduleEntry, ScheduleStore, SendOutcome, StoredEntry } from './schedule-store.ts'

export interface ScheduleStoreHarness {
  start?(): Promise<void>
  stop?(): Promise<void>
  /** Empties the schedule; the queue too, where the store sends by itself. */
  reset(): Promise<void>
  /** Another program's store over the same schedule; not open yet. */
  create(): ScheduleStore
  /** Puts an entry there that cannot be read, as its own program or a person would. Left out where nothing can. */
  putBroken?(name: string): Promise<void>
  /** The present holder's lease ends without its knowledge. Needed where leases are. */
  loseLease?(): Promise<void>
  /** Messages in the queue `q`. Needed where message and note are one step; else they are counted here. */
  sent?(): Promise<number>
  /** False where an entry from code cannot be told from others (Django's tables have no column for it). */
  readonly tellsOrigin?: boolean
  /** False where `description`, `startMs`, `expiresMs`, `oneOff` have no place. */
  readonly keepsTerms?: boolean
}

/** Whole seconds: not every store keeps more. */
const T0 = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000

export function sampleEntry(name: string, parts: Partial<ScheduleEntry> = {}): ScheduleEntry {
  return {
    name,
    task: 'proj.add',
    schedule: interval(30),
    args: [1, 'two', { three: [3.5, null, true] }],
    kwargs: { ключ: 'Wert', deep: { list: [] } },
    options: { queue: 'q', priority: 3, headers: { tenant: 'a' } },
    enabled: true,
    origin: 'store',
    description: null,
    startMs: null,
    expiresMs: null,
    oneOff: false,
    ...parts,
  }
}

export function exerciseScheduleStore(label: string, harness: ScheduleStoreHarness): void {
  const { tellsOrigin = true, keepsTerms = true } = harness
  const open: ScheduleStore[] = []
  let published = 0

  async function connect(): Promise<ScheduleStore> {
    const store = harness.create()
    open.push(store)
    await store.open()
    return store
  }
  async function find(store: ScheduleStore, name: string): Promise<StoredEntry | undefined> {
    return (await store.load()).entries.find(({ entry }) => entry.name === name)
  }
  function run(name: string, slotMs: number, parts: Partial<Run> = {}): Run {
    return { name, slotMs, nowMs: slotMs + 5, totalRunCount: 1, nextMs: slotMs + 30_000, why: 'due', ...parts }
  }
  function message(publish = async () => {}): OutgoingRun {
    const envelope = sampleEnvelope(published)
    return {
      taskId: String(envelope.headers['id']),
      queue: 'q',
      envelope,
      async publish() {
        await publish()
        published++
      },
    }
  }
  const sent = () => harness.sent?.() ?? Promise.resolve(published)
  /** With a lease of its own where the store wants one. */
  async function send(store: ScheduleStore, one: Run): Promise<SendOutcome> {
    const lease = (await store.leases?.acquire('test')) ?? null
    try {
      return await store.send(one, message(), lease)
    } finally {
      if (lease !== null) await store.leases?.release(lease)
    }
  }

  describe(`${label} schedule store`, () => {
    beforeAll(async () => harness.start?.())
    beforeEach(async () => {
      published = 0
      await harness.reset()
    })
    afterEach(async () => {
      await Promise.all(open.splice(0).map((store) => store.close()))
    })
    afterAll(async () => harness.stop?.())

    test('SST-1: what was put is loaded as it was, by another program and after a close', async () => {
      const here = await connect()
      const schedule = crontab({ minute: '*/5', hour: '8-18', day_of_week: 'mon-fri' })
      const plain = sampleEntry('plain')
      const full = sampleEntry('a name: with / everything ☂', {
        schedule,
        ...(keepsTerms && { description: 'why', startMs: T0, expiresMs: T0 + 60_000 }),
      })

      await here.put(plain, 'add')
      await here.put(full, 'add')
      await here.close()

      const there = await connect()
      expect((await find(there, plain.name))?.entry).toEqual(plain)
      expect((await find(there, full.name))?.entry).toEqual(full)
      expect((await there.load()).broken).toEqual([])
    })

    test('SST-2: an entry that cannot be read is told, and the others are there', async () => {
      if (harness.putBroken === undefined) return
      const store = await connect()
      await store.put(sampleEntry('good'), 'add')

      await harness.putBroken('bad')

      const other = await connect()
      const { entries, broken } = await other.load()
      expect(entries.map(({ entry }) => entry.name)).toEqual(['good'])
      expect(broken).toEqual([{ name: 'bad', reason: expect.stringMatching(/\w+ \w+/) }])
      await other.put(sampleEntry('third'), 'add')
      expect((await other.load()).broken).toHaveLength(1)
    })

    test('SST-3: the code adds, changes and drops its own; runs and what operators did stay', async () => {
      const store = await connect()
      const code = (name: string, parts: Partial<ScheduleEntry> = {}) => sampleEntry(name, { origin: 'code', ...parts })
      await store.put(sampleEntry('by hand'), 'add')
      await store.adopt([code('stays'), code('goes')], T0)
      expect((await find(store, 'stays'))?.state.lastRunMs).toBe(T0)
      await send(store, run('stays', T0 + 30_000))
      await store.setEnabled('stays', false)
      await store.hold('stays', T0 + 99_000, 'ann')

      await store.adopt([code('stays', { task: 'proj.other' }), code('new')], T0 + 60_000)

      const names = (await store.load()).entries.map(({ entry }) => entry.name).sort()
      expect(names).toEqual(tellsOrigin ? ['by hand', 'new', 'stays'] : expect.arrayContaining(['new', 'stays']))
      const stays = await find(store, 'stays')
      expect(stays?.entry).toMatchObject({ task: 'proj.other', enabled: false })
      expect(stays?.state).toMatchObject({ lastRunMs: T0 + 30_000, totalRunCount: 1, heldUntilMs: T0 + 99_000 })
      expect((await find(store, 'by hand'))?.entry).toEqual(sampleEntry('by hand'))
    })

    test('SST-4: the version tells of each change, whoever made it, and not of runs', async () => {
      const [here, there] = [await connect(), await connect()]
      await here.put(sampleEntry('one'), 'add')
      const seen = new Set<string>()
      async function changes(change: () => Promise<void>): Promise<void> {
        const before = await there.version()
        await change()
        const after = await there.version()
        expect(after).not.toBe(before)
        expect((await there.load()).version).toBe(after)
        seen.add(after)
      }

      await changes(() => here.put(sampleEntry('one', { task: 'proj.other' }), 'replace'))
      await changes(() => here.setEnabled('one', false))
      await changes(() => here.setEnabled('one', true))
      await changes(() => here.hold('one', T0 + 60_000, 'ann'))
      await changes(() => here.runNow('one', T0))
      await changes(() => here.put(sampleEntry('two'), 'add'))
      await changes(() => here.remove('two'))
      await changes(() => here.adopt([sampleEntry('three', { origin: 'code' })], T0))
      await changes(() => here.skip('one', T0 + 7_200_000))
      const before = await there.version()
      await send(here, run('three', Date.now()))
      await here.sync()
      expect(await there.version()).toBe(before)
      expect(seen.size).toBe(9)
    })

    test('SST-5: a slot is sent once, and none before it; the next one is', async () => {
      const [here, there] = [await connect(), await connect()]
      await here.adopt([sampleEntry('one', { origin: 'code' })], T0)
      const slotMs = T0 + 30_000

      expect(await send(here, run('one', slotMs))).toBe('sent')
      expect(await send(here, run('one', slotMs))).toBe('taken')
      expect(await send(there, run('one', slotMs))).toBe('taken')
      expect(await send(there, run('one', slotMs - 10_000, { nowMs: slotMs + 10 }))).toBe('taken')
      expect(await send(there, run('one', slotMs + 30_000, { totalRunCount: 2 }))).toBe('sent')

      expect(await sent()).toBe(2)
      await here.sync()
      await there.sync()
      const third = await connect()
      expect((await find(third, 'one'))?.state).toMatchObject({ lastRunMs: slotMs + 30_000, totalRunCount: 2 })
    })

    test('SST-5: a note from before the clock was set back stops nothing', async () => {
      const store = await connect()
      await store.adopt([sampleEntry('one', { origin: 'code' })], T0)
      await send(store, run('one', T0 + 86_400_000))

      expect(await send(store, run('one', T0 + 30_000, { totalRunCount: 2 }))).toBe('sent')

      expect((await find(store, 'one'))?.state).toMatchObject({ lastRunMs: T0 + 30_000, totalRunCount: 2 })
    })

    test('SST-5: what could not be published is not noted as sent', async () => {
      const store = await connect()
      if (store.supports.oneStep) return
      await store.adopt([sampleEntry('one', { origin: 'code' })], T0)
      const one = run('one', T0 + 30_000)
      const lease = (await store.leases?.acquire('test')) ?? null
      const failing = message(() => Promise.reject(new Error('the broker is away')))

      await expect(store.send(one, failing, lease)).rejects.toThrow('the broker is away')

      expect((await find(store, 'one'))?.state).toMatchObject({ lastRunMs: T0, totalRunCount: 0 })
      expect(await store.send(one, message(), lease)).toBe('sent')
      expect((await find(store, 'one'))?.state).toMatchObject({ lastRunMs: T0 + 30_000, totalRunCount: 1 })
    })

    test('SST-5: many sends at once, each noted', async () => {
      const store = await connect()
      const names = Array.from({ length: 50 }, (_, n) => `entry ${n}`)
      await store.adopt(
        names.map((name) => sampleEntry(name, { origin: 'code' })),
        T0,
      )
      const lease = (await store.leases?.acquire('test')) ?? null

      const outcomes = await Promise.all(names.map((name) => store.send(run(name, T0 + 30_000), message(), lease)))

      expect(new Set(outcomes)).toEqual(new Set(['sent']))
      expect(await sent()).toBe(50)
      const { entries } = await store.load()
      expect(new Set(entries.map(({ state }) => state.lastRunMs))).toEqual(new Set([T0 + 30_000]))
    })

    test('SST-5: a run by hand is sent once for each asking and moves no time', async () => {
      const [here, there] = [await connect(), await connect()]
      await here.adopt([sampleEntry('one', { origin: 'code' })], T0)
      const byHand = run('one', T0 + 7_000, { why: 'hand' })
      await there.runNow('one', T0 + 7_000)
      expect((await find(here, 'one'))?.state.runNowMs).toBe(T0 + 7_000)

      expect(await send(here, byHand)).toBe('sent')
      expect(await send(there, byHand)).toBe('taken')

      expect(await sent()).toBe(1)
      await here.sync()
      const other = await connect()
      expect((await find(other, 'one'))?.state).toMatchObject({ lastRunMs: T0, totalRunCount: 1, runNowMs: null })
    })

    test('SST-5: an entry that runs once is disabled by its run', async () => {
      if (!keepsTerms) return
      const store = await connect()
      await store.put(sampleEntry('once', { oneOff: true }), 'add')

      expect(await send(store, run('once', Date.now() + 30_000, { nextMs: null }))).toBe('sent')

      await store.sync()
      expect((await find(await connect(), 'once'))?.entry.enabled).toBe(false)
    })

    test('SST-6: without the lease nothing is sent', async () => {
      const [here, there] = [await connect(), await connect()]
      if (here.leases === null || there.leases === null || harness.loseLease === undefined) return
      await here.adopt([sampleEntry('one', { origin: 'code' })], T0)
      const lease = await here.leases.acquire('here')
      expect(lease).not.toBeNull()
      expect(await there.leases.acquire('there')).toBeNull()
      if (lease === null) return
      const renewed = await here.leases.renew(lease)
      expect(renewed?.actUntilMs).toBeGreaterThanOrEqual(lease.actUntilMs)

      await harness.loseLease()
      expect(await here.send(run('one', T0 + 30_000), message(), renewed)).toBe('lease-lost')
      const next = await there.leases.acquire('there')
      expect(next).not.toBeNull()
      expect(next?.token).not.toBe(lease.token)
      expect(await here.leases.renew(lease)).toBeNull()
      expect(await here.send(run('one', T0 + 30_000), message(), lease)).toBe('lease-lost')

      expect(await there.send(run('one', T0 + 30_000), message(), next)).toBe('sent')
      expect(await sent()).toBe(1)
      if (next !== null) await there.leases.release(next)
      const again = await here.leases.acquire('here')
      expect(again).not.toBeNull()
      if (again !== null) await here.leases.release(again)
    })

    test('holds, skips and removals reach the other program; a wrong name is told with the nearest', async () => {
      const [here, there] = [await connect(), await connect()]
      await here.put(sampleEntry('clean up'), 'add')
      const slotMs = Date.now() + 3_600_000

      await here.hold('clean up', Number.POSITIVE_INFINITY, 'ann')
      expect((await find(there, 'clean up'))?.state).toMatchObject({ heldUntilMs: Infinity, heldBy: 'ann' })
      await there.hold('clean up', null, null)
      expect((await find(here, 'clean up'))?.state).toMatchObject({ heldUntilMs: null, heldBy: null })
      await here.skip('clean up', slotMs)
      expect((await find(there, 'clean up'))?.state.skippedMs).toBe(slotMs)
      expect(await send(there, run('clean up', slotMs, { nowMs: slotMs }))).toBe('taken')
      // A skip is of a time of the schedule as it was: other edits leave it, another schedule does not wait for it.
      await there.put(sampleEntry('clean up', { args: [9] }), 'replace')
      expect((await find(here, 'clean up'))?.state.skippedMs).toBe(slotMs)
      await there.put(sampleEntry('clean up', { args: [9], schedule: interval(7) }), 'replace')
      expect((await find(here, 'clean up'))?.state.skippedMs).toBeNull()
      await expect(here.put(sampleEntry('clean up'), 'add')).rejects.toMatchObject({ code: 'schedule/exists' })
      const unknown = { code: 'schedule/unknown', facts: { name: 'clean uq', nearest: 'clean up' } }
      await expect(here.remove('clean uq')).rejects.toMatchObject(unknown)
      await expect(here.setEnabled('clean uq', true)).rejects.toMatchObject(unknown)
      await expect(here.hold('clean uq', null, null)).rejects.toMatchObject(unknown)
      await expect(here.skip('clean uq', slotMs)).rejects.toMatchObject(unknown)
      await expect(here.runNow('clean uq', slotMs)).rejects.toMatchObject(unknown)
      await here.remove('clean up')
      expect((await there.load()).entries).toEqual([])
    })

    test('the last runs are listed, newest first; beats that reported are told', async () => {
      const [here, there] = [await connect(), await connect()]
      await here.adopt([sampleEntry('one', { origin: 'code' })], T0)
      for (let n = 1; n <= 3; n++) await send(here, run('one', T0 + n * 30_000, { totalRunCount: n }))

      const runs = await here.runs('one', 2)
      if (runs.length > 0) {
        expect(runs.map(({ slotMs }) => slotMs)).toEqual([T0 + 90_000, T0 + 60_000])
        expect(runs[0]).toMatchObject({ sentMs: T0 + 90_005, why: 'due', taskId: expect.any(String) })
      }
      expect(await here.runs('nobody', 5)).toEqual([])
      const lastTickMs = Date.now()
      const presence = {
        node: 'celerybeat@here',
        pid: 7,
        software: 'umbel',
        lastTickMs,
        leads: true,
        leaseEndsMs: null,
      }
      await here.report({ ...presence, software: 'umbel' })
      const known = (await there.beats()).find(({ node }) => node === 'celerybeat@here')
      expect(known).toMatchObject({ pid: 7, software: 'umbel', lastTickMs })
    })
  })
}
