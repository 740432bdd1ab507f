/** What the store must do on each of Django's databases: as every store, and hand in hand with the real ORM. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Envelope } from '../../protocol/envelope.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { clocked } from '../../schedules/clocked.ts'
import { crontab } from '../../schedules/crontab.ts'
import { interval } from '../../schedules/interval.ts'
import { solar } from '../../schedules/solar.ts'
import { runDjango } from '../../testing/django.ts'
import { sampleEnvelope } from '../../testing/sample-envelope.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { exerciseScheduleStore, sampleEntry } from '../conformance.ts'
import type { OutgoingRun, Run, ScheduleEntry, ScheduleStore } from '../schedule-store.ts'
import { parseDatabaseUrl } from './database-url.ts'
import { createDjangoScheduleStore } from './django-schedule-store.ts'
import { openDatabase } from './open-database.ts'
import type { SqlDatabase } from './sql.ts'
import { BEATS, CHANGES, STATES, TASKS } from './tables.ts'

/** Rows as Django's admin makes them. */
const MAKE_ROWS = `
from datetime import datetime, timezone as tz
at = datetime(2030, 5, 6, 7, 8, 9, 123456, tz.utc)
cron = CrontabSchedule.objects.create(minute='*/5', hour='8-18', day_of_week='mon-fri', timezone='Europe/Berlin')
ten = IntervalSchedule.objects.create(every=10, period='minutes')
sun = SolarSchedule.objects.create(event='sunset', latitude='52.520008', longitude='-13.404954')
once = ClockedSchedule.objects.create(clocked_time=at)
make = PeriodicTask.objects.create
make(name='cron', task='proj.add', crontab=cron, args='[1, "zwei"]', kwargs='{"x": null}', queue='q', exchange='e',
     routing_key='r', priority=7, headers='{"tenant": "a"}', expire_seconds=60, description='why')
make(name='interval', task='proj.add', interval=ten, start_time=at, expires=at, last_run_at=at, total_run_count=12)
make(name='solar', task='proj.add', solar=sun, enabled=False)
make(name='clocked', task='proj.add', clocked=once, one_off=True)
make(name='broken', task='proj.add', interval=ten, args='[1,')
micro = IntervalSchedule.objects.create(every=1500000, period='microseconds')
make(name='micro', task='proj.add', interval=micro)
`

/** What DatabaseScheduler makes of our rows, and whether the models' own checks find anything. */
const READ_ROWS = `
from django_celery_beat.schedulers import ModelEntry
out = {}
for model in PeriodicTask.objects.all():
    if model.name in ('broken',): continue
    model.full_clean()
    entry = ModelEntry(model)
    out[model.name] = dict(task=entry.task, schedule=' '.join(repr(entry.schedule).split()), args=entry.args,
        kwargs=entry.kwargs, options={k: str(v) if k == 'expires' else v for k, v in entry.options.items()},
        enabled=model.enabled, one_off=model.one_off, description=model.description,
        start_time=model.start_time and model.start_time.isoformat(), count=model.total_run_count,
        last_run_at=model.last_run_at and model.last_run_at.isoformat())
out['rows'] = [m.objects.count() for m in (CrontabSchedule, IntervalSchedule, SolarSchedule, ClockedSchedule)]
out['change'] = PeriodicTasks.last_change().isoformat()
print(json.dumps(out))
`

const AT_MS = Date.UTC(2030, 4, 6, 7, 8, 9, 123)

export function exerciseDjangoStore(
  label: string,
  start: () => Promise<{ readonly url: string; stop(): Promise<void> }>,
  more: (url: () => string) => void = () => {},
): void {
  const runtime = createRuntime()
  let server: { readonly url: string; stop(): Promise<void> } | null = null
  let database: SqlDatabase | null = null
  const url = () => server?.url ?? ''
  const run = (sql: string) => database?.run(sql)

  beforeAll(async () => {
    server = await start()
    await runDjango({ database: url() }, `call_command('migrate', verbosity=0)\n${MAKE_ROWS}`)
    database = await openDatabase(parseDatabaseUrl(url()), runtime.clock)
  })
  afterAll(async () => {
    await database?.close()
    await server?.stop()
  })

  describe(`${label} and its ORM`, () => {
    async function withStore<T>(work: (store: ScheduleStore) => Promise<T>): Promise<T> {
      const store = createDjangoScheduleStore({ url: url(), runtime })
      await store.open()
      return work(store).finally(() => store.close())
    }

    test('rows that Django made are read as they are meant, and reading makes no table', async () => {
      const { entries, broken } = await withStore((store) => store.load())

      const found = new Map(entries.map(({ entry, state }) => [entry.name, { ...entry, state }]))
      expect(found.get('cron')).toMatchObject({
        schedule: crontab({ minute: '*/5', hour: '8-18', day_of_week: 'mon-fri' }, { timezone: 'Europe/Berlin' }),
        args: [1, 'zwei'],
        kwargs: { x: null },
        options: { queue: 'q', exchange: 'e', routing_key: 'r', priority: 7, headers: { tenant: 'a' }, expires: 60 },
        description: 'why',
        state: { totalRunCount: 0, lastRunMs: expect.any(Number) },
      })
      expect(Math.abs((found.get('cron')?.state.lastRunMs ?? 0) - Date.now())).toBeLessThan(60_000)
      expect(found.get('interval')).toMatchObject({
        schedule: interval(600),
        ...{ startMs: AT_MS, expiresMs: AT_MS, oneOff: false, enabled: true, description: null },
        state: { totalRunCount: 12, lastRunMs: AT_MS },
      })
      expect(found.get('solar')).toMatchObject({ schedule: solar('sunset', 52.520008, -13.404954), enabled: false })
      expect(found.get('clocked')).toMatchObject({ schedule: clocked(AT_MS), oneOff: true })
      expect(found.get('micro')).toMatchObject({ schedule: interval(1.5) })
      expect(broken).toEqual([{ name: 'broken', reason: 'args: expected JSON, got "[1,"' }])
      await expect(run(`SELECT * FROM ${BEATS}`)).rejects.toThrow('cannot be used')
    })

    test('what we write passes the checks of Django’s models, and its scheduler reads it', async () => {
      const put = (name: string, parts: Partial<ScheduleEntry>) => sampleEntry(name, parts)
      const cron = crontab({ minute: '*/5', hour: '8-18', day_of_week: 'mon-fri' }, { timezone: 'Europe/Berlin' })
      const before = Date.now()
      await withStore(async (store) => {
        await store.put(put('cron', { schedule: cron, description: 'ours', startMs: AT_MS }), 'replace')
        await store.put(put('half', { schedule: interval(2.5), options: { expires: 30, serializer: 'json' } }), 'add')
        await store.put(put('ten', { schedule: interval(600), expiresMs: AT_MS }), 'add')
        await store.put(put('sun', { schedule: solar('sunset', 52.520008, -13.404954) }), 'add')
        await store.put(put('once', { schedule: clocked(AT_MS), oneOff: true }), 'add')
        await store.hold('once', Number.POSITIVE_INFINITY, 'ann')
        await store.hold('sun', AT_MS, 'ann')
        await store.setEnabled('interval', false)
      })

      const read = JSON.parse(await runDjango({ database: url() }, READ_ROWS))

      const sample = { task: 'proj.add', args: [1, 'two', { three: [3.5, null, true] }], kwargs: { ключ: 'Wert' } }
      expect(read['cron']).toMatchObject({
        ...sample,
        schedule: '<crontab: */5 8-18 mon-fri * * (m/h/d/dM/MY), Europe/Berlin>',
        options: { queue: 'q', priority: 3, headers: { tenant: 'a', periodic_task_name: 'cron' } },
        ...{ description: 'ours', start_time: '2030-05-06T07:08:09.123000+00:00', enabled: true },
      })
      expect(read['half']).toMatchObject({ schedule: '<freq: 2.50 seconds>', options: { expires: '30' } })
      expect(read['ten']).toMatchObject({ schedule: '<freq: 10.00 minutes>' })
      expect(read['ten'].options.expires).toBe('2030-05-06 07:08:09.123000+00:00')
      expect(read['sun'].start_time).toBe('2030-05-06T07:08:09.123000+00:00')
      expect(read['once']).toMatchObject({
        schedule: '<clocked: 2030-05-06 07:08:09.123000+00:00>',
        ...{ one_off: true, start_time: '2999-12-31T00:00:00+00:00' },
      })
      expect(read['interval']).toMatchObject({ enabled: false, count: 12 })
      // The rows of crontab and sun are those that were there; 600 s and 2.5 s are new, and so is the time of day.
      expect(read['rows']).toEqual([1, 4, 1, 2])
      expect(Date.parse(read['change'])).toBeGreaterThanOrEqual(before)
    })

    test('an entry that the tables cannot hold is refused with its field and value', async () => {
      await withStore(async (store) => {
        const refused = (parts: Partial<ScheduleEntry>) => expect(store.put(sampleEntry('x', parts), 'add')).rejects
        await refused({ schedule: clocked(AT_MS) }).toMatchObject({ facts: { field: 'one_off', value: 'false' } })
        await refused({ expiresMs: AT_MS, options: { expires: 5 } }).toMatchObject({ facts: { field: 'expires' } })
        await refused({ options: { priority: 256 } }).toMatchObject({ facts: { field: 'priority', value: '256' } })
        await refused({ task: 'x'.repeat(201) }).toMatchObject({ facts: { field: 'task' } })
        await refused({ schedule: interval(4000.5) }).toMatchObject({ facts: { field: 'every', value: '4000.5' } })
      })
    })

    test('a beat that was killed or stopped between note and message leaves it to the next, under its task id', async () => {
      const sent: unknown[] = []
      const broker = {
        url: 'redis://test',
        publish: async (_queue: string, { headers }: Envelope) => void sent.push(headers['id']),
      }
      const connect = () => createDjangoScheduleStore({ url: url(), runtime, broker, leaseMs: 30_000 })
      const [here, there] = [connect(), connect()]
      const [schedule, queue] = [interval(30), 'q']
      const message = (number: number, publish: () => Promise<void>): OutgoingRun => {
        const envelope = sampleEnvelope(number)
        return { taskId: String(envelope.headers['id']), queue, envelope, publish }
      }
      const one = (name: string, why: Run['why']): Run => {
        return { name, slotMs: AT_MS, nowMs: AT_MS + 5, totalRunCount: 1, nextMs: AT_MS + 30_000, why }
      }
      const never = () => new Promise<void>(() => {})
      const nothing = async () => {}
      const lease = await here.leases?.acquire('here')
      for (const name of ['killed', 'asked', 'stopped']) {
        await here.put(sampleEntry(name, { schedule, startMs: AT_MS, oneOff: name === 'asked' }), 'add')
      }
      await here.runNow('asked', AT_MS)
      const own = [message(1, never), message(2, never), message(3, nothing)] as const
      // A process that is killed answers nothing any more.
      void here.send(one('killed', 'due'), own[0], lease ?? null)
      void here.send(one('asked', 'hand'), own[1], lease ?? null)
      const open = async () => database?.rows(`SELECT "name" FROM ${STATES} WHERE "pending" IS NOT NULL`)
      await waitFor(async () => (await open())?.length === 2)
      await run(`UPDATE ${BEATS} SET "ends_ms" = 0 WHERE "name" = ':lease'`)
      const next = (await there.leases?.acquire('there')) ?? null

      await there.adopt([], AT_MS)
      const found = new Map((await there.load()).entries.map(({ entry, state }) => [entry.name, { entry, state }]))
      expect(found.get('killed')?.state).toMatchObject({ totalRunCount: 0, lastRunMs: AT_MS - 30_000 })
      expect(found.get('asked')).toMatchObject({ entry: { enabled: true }, state: { runNowMs: AT_MS } })
      for (const outcome of ['sent', 'taken']) {
        expect(await there.send(one('killed', 'due'), message(4, nothing), next)).toBe(outcome)
        expect(await there.send(one('asked', 'hand'), message(5, nothing), next)).toBe(outcome)
      }
      expect(sent).toEqual([own[0].taskId, own[1].taskId])
      expect(await open()).toEqual([])
      expect((await there.runs('killed', 1))[0]).toMatchObject({ taskId: own[0].taskId, why: 'due' })

      // One that was stopped while it noted does not send what is another's now.
      expect(await here.send(one('stopped', 'due'), own[2], lease ?? null)).toBe('lease-lost')
      await Promise.all([here.close(), there.close()])
    })
    more(url)
  })

  exerciseScheduleStore(label, {
    async reset() {
      for (const table of [TASKS, CHANGES]) await run(`DELETE FROM ${table}`)
      for (const table of [STATES, BEATS]) await run(`DROP TABLE IF EXISTS ${table}`)
    },
    // A busy machine takes its time between two renewals.
    create: () => createDjangoScheduleStore({ url: url(), runtime, leaseMs: 30_000 }),
    async putBroken(name) {
      const now = "'2026-01-01 00:00:00'"
      await run(`INSERT INTO ${TASKS} ("name", "task", "args", "kwargs", "headers", "enabled", "one_off", "total_run_count",
        "date_changed", "description") VALUES ('${name}', 't', '[', '{}', '{}', true, false, 0, ${now}, '')`)
    },
    async loseLease() {
      await run(`UPDATE ${BEATS} SET "ends_ms" = 0 WHERE "name" = ':lease'`)
    },
  })
}
