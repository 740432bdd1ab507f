import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createProj } from '../../../tests/compat/proj.ts'
import { startBeat } from '../../../worker/beat/beat.ts'
import { openBroker } from '../../broker/open-broker.ts'
import { parseEnvelope } from '../../protocol/message.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { interval } from '../../schedules/interval.ts'
import { runDjango, startDjangoBeat } from '../../testing/django.ts'
import { type RedisServer, startRedis } from '../../testing/redis.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { sampleEntry } from '../conformance.ts'
import { exerciseDjangoStore } from './conformance-django.ts'
import { createDjangoScheduleStore } from './django-schedule-store.ts'

async function startSqlite() {
  const dir = await mkdtemp(join(tmpdir(), 'umbel-django-'))
  return { url: `sqlite:///${join(dir, 'db.sqlite3')}`, stop: () => rm(dir, { recursive: true }) }
}

async function withRedis(work: (redis: RedisServer) => Promise<void>): Promise<void> {
  const redis = await startRedis()
  await work(redis).finally(() => redis.stop())
}

async function headersOf(redis: RedisServer, queue: string) {
  const envelope = parseEnvelope((await redis.connect().lindex(queue, -1)) ?? '')
  return envelope.ok ? envelope.value.headers : {}
}

exerciseDjangoStore('Django on SQLite', startSqlite, (url) => {
  const runtime = createRuntime()

  test('a Python beat sends what we put within seconds, and waits while we hold it', () =>
    withRedis(async (redis) => {
      const client = redis.connect()
      const store = createDjangoScheduleStore({ url: url(), runtime })
      const beat = startDjangoBeat({ database: url(), broker: redis.url })
      try {
        // What changes between its first load and its first look at last_update it does not see.
        await waitFor(() => beat.output().includes('Waking up in'))
        await store.put(sampleEntry('often', { schedule: interval(0.5), options: { queue: 'often' } }), 'add')
        await waitFor(async () => (await client.llen('often')) >= 1)
        expect(await headersOf(redis, 'often')).toMatchObject({ task: 'proj.add', periodic_task_name: 'often' })

        await store.hold('often', Number.POSITIVE_INFINITY, 'ann')
        await store.put(sampleEntry('other', { schedule: interval(0.5), options: { queue: 'other' } }), 'add')
        await waitFor(async () => (await client.llen('other')) >= 1)
        const sent = await client.llen('often')
        await waitFor(async () => (await client.llen('other')) >= 4)
        expect(await client.llen('often')).toBe(sent)

        // It saves when 'other' ran, over what was skipped, as soon as it sees a change; the dashboard looks on.
        await store.skip('other', Date.now() + 600_000)
        await store.put(sampleEntry('third', { schedule: interval(0.5), options: { queue: 'third' } }), 'add')
        await waitFor(async () => {
          const [other, third] = [await client.llen('other'), await client.llen('third')]
          await waitFor(async () => (await store.load()) && (await client.llen('third')) >= third + 4)
          return (await client.llen('other')) === other
        })
      } finally {
        await beat.stop()
        await store.close()
      }
    }))

  test('our beat sends what Django’s ORM edits, and its admin sees the runs', () =>
    withRedis(async (redis) => {
      const client = redis.connect()
      const broker = openBroker(redis.url, { runtime })
      await broker.open()
      const beat = await startBeat({
        ...{ app: createProj(), broker, runtime },
        store: createDjangoScheduleStore({ url: url(), runtime }),
      })
      const edit = `
half = IntervalSchedule.objects.create(every=500000, period='microseconds')
PeriodicTask.objects.create(name='edited', task='proj.echo', interval=half, queue='edited', args='["x"]', expire_seconds=9)
`
      await runDjango({ database: url() }, edit)
      await waitFor(async () => (await client.llen('edited')) >= 2)
      expect(await headersOf(redis, 'edited')).toMatchObject({
        ...{ task: 'proj.echo', celery_beat_task: true, periodic_task_name: 'edited' },
        expires: expect.stringMatching(/\+00:00$/),
      })
      await beat.stop()
      await broker.close()

      const read =
        "task = PeriodicTask.objects.get(name='edited'); print(task.total_run_count, task.last_run_at is not None)"
      expect(await runDjango({ database: url() }, read)).toBe(`${await client.llen('edited')} True\n`)
    }))
})
