import { expect, test } from 'vitest'
import { createRuntime } from '../../runtime/runtime.ts'
import { clocked } from '../../schedules/clocked.ts'
import { crontab } from '../../schedules/crontab.ts'
import { interval } from '../../schedules/interval.ts'
import { runDjango } from '../../testing/django.ts'
import { startPostgres } from '../../testing/postgres.ts'
import { sampleEntry } from '../conformance.ts'
import type { ScheduleEntry, ScheduleStore } from '../schedule-store.ts'
import { exerciseDjangoStore } from './conformance-django.ts'
import { parseDatabaseUrl } from './database-url.ts'
import { createDjangoScheduleStore } from './django-schedule-store.ts'
import { openDatabase } from './open-database.ts'

const runtime = createRuntime()

exerciseDjangoStore('Django on PostgreSQL', startPostgres, (url) => {
  async function withStore<T>(parts: object, work: (store: ScheduleStore) => Promise<T>): Promise<T> {
    const store = createDjangoScheduleStore({ url: url(), runtime, ...parts })
    return work(store).finally(() => store.close())
  }
  async function sql(...statements: readonly string[]): Promise<void> {
    const database = await openDatabase(parseDatabaseUrl(url()), runtime.clock)
    for (const statement of statements) await database.run(statement)
    await database.close()
  }

  test('a project with USE_TZ = False: runs in UTC as its beat reads them, changes in its own zone', async () => {
    await sql('CREATE DATABASE naive')
    const database = url().replace(/\/umbel$/, '/naive')
    const django = { database, naiveZone: 'Asia/Tokyo' }
    await runDjango(
      django,
      `call_command('migrate', verbosity=0)
at = datetime.datetime(2030, 5, 6, 7, 8, 9)
every = IntervalSchedule.objects.create(every=10, period='minutes')
PeriodicTask.objects.create(name='ran', task='t', interval=every, last_run_at=at)
PeriodicTask.objects.create(name='new', task='t', interval=every)`,
    )
    const at = Date.UTC(2030, 4, 6, 7, 8, 9)
    const startedMs = Date.now()
    await withStore({ url: `${database}?timezone=Asia/Tokyo` }, async (store) => {
      const { entries } = await store.load()
      const lastRun = (name: string) => entries.find(({ entry }) => entry.name === name)?.state.lastRunMs ?? 0
      expect(lastRun('ran')).toBe(at)
      expect(Math.abs(lastRun('new') - startedMs)).toBeLessThan(1_200_000)
      await store.put(sampleEntry('ours', { schedule: clocked(at), oneOff: true, startMs: at }), 'add')
    })
    const read = await runDjango(
      django,
      `task = PeriodicTask.objects.get(name='ours')
print(task.clocked.clocked_time, task.start_time, abs((datetime.datetime.now() - task.date_changed).total_seconds()) < 1200,
      abs((datetime.datetime.now() - PeriodicTasks.last_change()).total_seconds()) < 1200)`,
    )
    expect(read).toBe('2030-05-06 07:08:09 2030-05-06 07:08:09 True True\n')
  })

  test('a beat that takes over from Python leaves what operators did, and changes nothing that is the same', async () => {
    const code = (name: string, parts: Partial<ScheduleEntry>) => sampleEntry(name, { origin: 'code', ...parts })
    await sql(
      'DELETE FROM "django_celery_beat_periodictask"',
      'DROP TABLE IF EXISTS "umbel_schedule_state"',
      'DROP TABLE IF EXISTS "umbel_schedule_beat"',
    )
    const setUp = `
from celery.schedules import crontab, schedule
from django_celery_beat.schedulers import DatabaseScheduler
from django_proj.celery import app
add = dict(task='proj.add', args=[1, 'two', {'three': [3.5, None, True]}], kwargs={'ключ': 'Wert', 'deep': {'list': []}},
           options=dict(queue='q', priority=3, headers={'tenant': 'a'}))
app.conf.beat_schedule = {'night': dict(add, schedule=crontab(hour=3, minute=5)), 'often': dict(add, schedule=30.0)}
DatabaseScheduler(app=app, lazy=False)
PeriodicTask.objects.filter(name='often').update(enabled=False, description='paused by ann')
print([PeriodicTask.objects.count(), CrontabSchedule.objects.count(), IntervalSchedule.objects.count()])`
    const counts =
      'print([PeriodicTask.objects.count(), CrontabSchedule.objects.count(), IntervalSchedule.objects.count()])'
    const before = await runDjango({ database: url() }, setUp)
    const entries = [
      code('night', { schedule: crontab({ minute: 5, hour: 3 }) }),
      code('often', { schedule: interval(30) }),
    ]
    await withStore({}, async (store) => {
      await store.adopt(entries, Date.now())
      const loaded = await store.load()
      const often = loaded.entries.find(({ entry }) => entry.name === 'often')?.entry
      expect(often).toMatchObject({ enabled: false, description: 'paused by ann', origin: 'code' })

      await store.adopt(entries, Date.now())
      expect(await store.version()).toBe(loaded.version)

      await store.setEnabled('often', true)
      await store.adopt([code('often', { schedule: interval(30), enabled: false })], Date.now())
      const names = (await store.load()).entries.map(({ entry }) => [entry.name, entry.enabled])
      expect(names).toEqual([
        ['celery.backend_cleanup', true],
        ['often', false],
      ])
    })
    const after = JSON.parse(await runDjango({ database: url() }, counts))
    expect(after).toEqual([JSON.parse(before)[0] - 1, ...JSON.parse(before).slice(1)])
  })

  test('a user who may not create tables reads, and is told what is missing when more is asked', async () => {
    await sql(
      'DROP TABLE "umbel_schedule_state"',
      'DROP TABLE "umbel_schedule_beat"',
      'CREATE USER reader',
      'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO reader',
      'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO reader',
    )
    const limited = url().replace('umbel:se%3Acret', 'reader')
    await withStore({ url: limited }, async (store) => {
      expect((await store.load()).entries.length).toBeGreaterThan(0)
      await store.setEnabled('often', true)
      await store.put(sampleEntry('plain'), 'add')
      await expect(store.hold('often', 5, 'ann')).rejects.toThrow(/umbel_schedule_state.* may not create them/)
      await expect(store.leases?.acquire('here')).rejects.toMatchObject({ code: 'schedule/unavailable' })
      expect(await store.beats()).toEqual([])
    })
    await withStore({ url: limited.replace('/umbel', '/nothing') }, async (store) => {
      await expect(store.open()).rejects.toThrow('there is no database of this name')
    })
    await withStore({ url: limited.replace(/:\d+\//, ':1/') }, async (store) => {
      await expect(store.open()).rejects.toThrow('connection refused')
    })
    await sql('CREATE SCHEMA "other app"')
    await withStore({ url: `${url()}?schema=other%20app` }, async (store) => {
      await expect(store.open()).rejects.toThrow('migrate django_celery_beat')
      await sql('ALTER TABLE "django_celery_beat_periodictask" SET SCHEMA "other app"')
      await store.open()
      await sql('ALTER TABLE "other app"."django_celery_beat_periodictask" SET SCHEMA public')
    })
    await withStore({ url: limited.replace('/umbel', '/postgres') }, async (store) => {
      await expect(store.open()).rejects.toThrow('migrate django_celery_beat')
    })
  })
})
