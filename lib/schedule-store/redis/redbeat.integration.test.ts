/** The same schedule in the hands of Python's RedBeat and ours: every field, every edit, and who may send. */
import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createRuntime } from '../../runtime/runtime.ts'
import { clocked } from '../../schedules/clocked.ts'
import { crontab } from '../../schedules/crontab.ts'
import { interval } from '../../schedules/interval.ts'
import { rrule } from '../../schedules/rrule.ts'
import { type CeleryWorker, runPython, startRedBeat } from '../../testing/celery.ts'
import { type RedisServer, startRedis } from '../../testing/redis.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { sampleEntry } from '../conformance.ts'
import type { ScheduleStore, StoredEntry } from '../schedule-store.ts'
import { createRedisScheduleStore } from './redis-schedule-store.ts'

const runtime = createRuntime()
let server: RedisServer
let client: Redis
let store: ScheduleStore
const running: CeleryWorker[] = []

beforeAll(async () => {
  server = await startRedis()
  client = server.connect()
  store = createRedisScheduleStore({ url: server.url, runtime, leaseMs: 60_000 })
  await store.open()
})
beforeEach(async () => {
  await client.flushall()
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((beat) => beat.stop('SIGKILL')))
})
afterAll(async () => {
  await store.close()
  await server.stop()
})

/** What the functions of tests/compat/redbeat_app.py print. */
async function ask(expression: string): Promise<Record<string, unknown>> {
  const program = `import json\nfrom redbeat_app import *\nprint(json.dumps(${expression}))`
  return JSON.parse((await runPython(program, { broker: server.url })).trim().split('\n')[0] ?? '')
}
async function loaded(name: string): Promise<StoredEntry> {
  const found = (await store.load()).entries.find(({ entry }) => entry.name === name)
  if (found === undefined) throw new Error(`${name} is not there`)
  return found
}
async function beat(env: Record<string, string> = {}): Promise<CeleryWorker> {
  const started = await startRedBeat({ broker: server.url, env })
  running.push(started)
  return started
}

describe('what one writes the other reads', () => {
  test('entries saved by RedBeat, field by field, and as RedBeat sees them after each of our edits', async () => {
    const theirs = await ask('save_all() or {name: describe(name) for name in ("interval", "crontab", "rrule")}')

    const [every, cron, rule] = [await loaded('interval'), await loaded('crontab'), await loaded('rrule')]
    expect(every.entry).toMatchObject({
      ...{ task: 'proj.add', schedule: interval(90, { relative: true }), enabled: true, origin: 'store' },
      ...{ options: { queue: 'q', priority: 3 }, kwargs: { when: { __type__: 'datetime' } } },
    })
    expect(JSON.stringify(every.entry.kwargs)).toContain('2026-07-01T10:00:00.250')
    expect(cron.entry).toMatchObject({
      enabled: false,
      schedule: {
        ...crontab({ minute: '*/5', hour: '8,9', day_of_month: '1-7', month_of_year: 'jan,jul', day_of_week: 'sun' }),
      },
    })
    const startMs = Date.parse('2026-01-05T09:30:00+02:00')
    expect(rule.entry.schedule).toMatchObject({
      ...{ type: 'rrule', freq: 'WEEKLY', startMs, offsetMinutes: 120, every: 2, untilMs: startMs + 900 * 86_400_000 },
      parts: { byweekday: [0, 3], byhour: [9] },
    })
    for (const { state } of [every, cron, rule]) {
      expect(state).toMatchObject({ lastRunMs: Date.parse('2026-02-03T04:05:06.789Z'), totalRunCount: 0 })
    }

    for (const { entry } of [every, cron, rule]) await store.put(entry, 'replace')
    const asked = await ask('{name: describe(name) for name in ("interval", "crontab", "rrule")}')
    const inUtc = { kwargs: { when: '2026-07-01T10:00:00.250000+00:00' } }
    for (const name of ['interval', 'rrule']) expect(asked[name]).toEqual({ ...Object(theirs[name]), ...inUtc })
    expect(asked['crontab']).toMatchObject({ enabled: false, due: Object(theirs['crontab']).due })

    await store.setEnabled('crontab', true)
    await store.hold('interval', Date.now() + 3_600_000, 'ann')
    await store.hold('rrule', Number.POSITIVE_INFINITY, null)
    expect(await ask('{name: describe(name)["enabled"] for name in ("interval", "crontab", "rrule")}')).toEqual({
      ...{ interval: false, crontab: true, rrule: false },
    })
    expect((await loaded('interval')).entry.enabled).toBe(true)
    await store.hold('interval', null, null)
    expect(await ask('describe("interval")')).toEqual({ ...Object(theirs['interval']), ...inUtc })
  })

  test('a hold that is over is over for RedBeat too', async () => {
    await store.put(sampleEntry('held'), 'add')
    await store.hold('held', Date.now() - 1_000, 'ann')
    expect(await ask('describe("held")')).toMatchObject({ enabled: false })

    await store.load()

    expect(await ask('describe("held")')).toMatchObject({ enabled: true })
  })

  test('what we write: every kind of schedule, the last run, the next one', async () => {
    const startMs = Date.parse('2026-11-01T00:00:00Z')
    const every = { freq: 'DAILY', startMs, offsetMinutes: 0, every: 1, weekStart: null } as const
    const rule = rrule({ ...every, count: null, untilMs: null, parts: { byhour: [4], byweekday: [1, 3] } })
    await store.put(sampleEntry('interval', { schedule: interval(30) }), 'add')
    await store.put(sampleEntry('crontab', { schedule: crontab({ minute: '15', hour: '*/2' }) }), 'add')
    await store.put(sampleEntry('rrule', { schedule: rule }), 'add')

    for (const name of ['interval', 'crontab', 'rrule']) {
      const theirs = Object(await ask(`describe("${name}")`))
      const { entry, state } = await loaded(name)
      expect(theirs).toMatchObject({ task: entry.task, args: entry.args, options: entry.options, count: 0 })
      expect(theirs.last * 1000).toBeCloseTo(state.lastRunMs ?? 0, 0)
      const score = Number(await client.zscore('redbeat::schedule', `redbeat:${name}`))
      expect(Math.abs(score - theirs.due)).toBeLessThan(2)
    }
  })

  test('what RedBeat could not run stays out of its sight', async () => {
    await store.put(sampleEntry('at once', { schedule: clocked(Date.now() + 60_000), oneOff: true }), 'add')
    await store.put(sampleEntry('berlin', { schedule: crontab({ hour: '4' }, { timezone: 'Europe/Berlin' }) }), 'add')

    expect(await client.zcard('redbeat::schedule')).toBe(0)
    expect((await store.load()).entries).toHaveLength(2)
    await store.put(sampleEntry('berlin'), 'replace')
    expect(await client.zrange('redbeat::schedule', '0', '-1')).toEqual(['redbeat:berlin'])
  })

  test('a member without a hash is taken out, as RedBeat does; another type is told', async () => {
    await client.zadd('redbeat::schedule', 5, 'redbeat:gone', 6, 'redbeat:list')
    await client.rpush('redbeat:list', 'x')

    const { entries, broken } = await store.load()

    expect(entries).toEqual([])
    expect(broken).toEqual([{ name: 'list', reason: expect.stringContaining('something else') }])
    expect(await client.zrange('redbeat::schedule', '0', '-1')).toEqual(['redbeat:list'])
  })

  test('an edit that RedBeat makes by its own API changes the version', async () => {
    await store.put(sampleEntry('one'), 'add')
    const { version } = await store.load()
    expect(await store.version()).toBe(version)

    const from = 'from redbeat import RedBeatSchedulerEntry\nfrom redbeat_app import *\n'
    const save = 'RedBeatSchedulerEntry("one", "proj.other", schedule(5), app=app).save()'
    await runPython(from + save, { broker: server.url })

    await waitFor(async () => (await store.version()) !== version)
    expect((await loaded('one')).entry).toMatchObject({ task: 'proj.other', schedule: interval(5) })
  })
})

describe('a RedBeat beat at work', () => {
  test('it leads, is shown, runs what we put and obeys what we say; ours stands by until it is gone', async () => {
    const python = await beat({ UMBEL_TEST_STATIC: '1' })
    await waitFor(async () => (await client.scard('redbeat::statics')) === 2, { what: 'the static entries' })

    expect((await loaded('nightly')).entry).toMatchObject({
      ...{ origin: 'code', args: [1, 2], options: { queue: 'q', expires: 60 } },
      schedule: { ...crontab({ minute: '0', hour: '*/4', day_of_week: 'mon-fri' }) },
    })
    expect(await store.leases?.acquire('ours')).toBeNull()
    expect(await store.beats()).toEqual([
      ...[
        {
          node: 'RedBeat',
          pid: null,
          software: 'redbeat',
          lastTickMs: null,
          leads: true,
          leaseEndsMs: expect.any(Number),
        },
      ],
    ])
    await store.put(sampleEntry('ours', { schedule: interval(1), options: { queue: 'ours' } }), 'add')
    await waitFor(async () => (await client.llen('ours')) >= 2, { what: 'runs of our entry' })
    await store.put(sampleEntry('later', { schedule: interval(3600), options: { queue: 'later' } }), 'add')
    await store.runNow('later', Date.now())
    await waitFor(async () => (await client.llen('later')) === 1, { what: 'the run by hand' })
    await store.hold('ours', Number.POSITIVE_INFINITY, 'ann')
    const before = await client.llen('q')
    await waitFor(async () => (await client.llen('q')) > before, { what: 'a tick that began after the hold' })
    const held = await client.llen('ours')
    const often = await client.llen('q')
    await waitFor(async () => (await client.llen('q')) >= often + 2, { what: 'runs of the others' })
    expect(await client.llen('ours')).toBe(held)
    const { state } = await loaded('ours')
    expect(state).toMatchObject({ totalRunCount: held, heldBy: 'ann' })

    await python.stop('SIGTERM')

    const lease = await store.leases?.acquire('ours')
    expect(lease).not.toBeNull()
    const next = await beat({ UMBEL_TEST_STATIC: '1' })
    await waitFor(() => next.output().includes('Acquiring lock'), { what: 'the next RedBeat beat' })
    const waiting = await client.llen('q')
    if (lease) for (let turns = 0; turns < 4; turns++) expect(await store.leases?.renew(lease)).not.toBeNull()
    expect(next.output()).not.toContain('Acquired lock')
    expect(await client.llen('q')).toBe(waiting)
    if (lease) await store.leases?.release(lease)
    await waitFor(() => next.output().includes('Acquired lock'), { what: 'the lock in the hand of RedBeat' })
  })
})
