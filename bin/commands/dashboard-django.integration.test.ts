/** The dashboard over Django's tables, beside the real `celery beat -S django` and a Python worker. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ScheduleForm, ScheduleRowView, SchedulesView, ScheduleView } from '../../lib/live/schedule-views.ts'
import { EMPTY_FORM } from '../../lib/monitor/schedules/schedule-form.ts'
import { type CeleryWorker, startCelery } from '../../lib/testing/celery.ts'
import { type DjangoBeat, runDjango, startDjangoBeat } from '../../lib/testing/django.ts'
import { freePort } from '../../lib/testing/free-port.ts'
import { type LiveView, openLiveView } from '../../lib/testing/live-view.ts'
import { startPostgres } from '../../lib/testing/postgres.ts'
import { type RedisServer, startRedis } from '../../lib/testing/redis.ts'
import { type RunningCli, startCli } from '../../lib/testing/umbel-cli.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'

const MAKE_ROWS = `
call_command('migrate', verbosity=0)
second = IntervalSchedule.objects.create(every=1, period='seconds')
cron = CrontabSchedule.objects.create(minute='30', hour='2', timezone='America/New_York')
make = PeriodicTask.objects.create
make(name='tick', task='proj.add', interval=second, args='[1, 2]', queue='q')
make(name='new york', task='proj.add', crontab=cron, args='[3]', queue='q')
make(name='off', task='proj.nowhere', interval=second, enabled=False)
`
/** As the beat counts it: from now on, by its own schedule. */
const NEXT = `
entry = __import__('django_celery_beat.schedulers').schedulers.ModelEntry(PeriodicTask.objects.get(name='new york'))
print(timezone.now().timestamp() + entry.schedule.remaining_estimate(timezone.now()).total_seconds())
`
const ORM_SEES = `
print(json.dumps({t.name: dict(task=t.task, args=t.args, queue=t.queue, enabled=t.enabled, count=t.total_run_count,
    when=str(t.schedule), zone=t.crontab and str(t.crontab.timezone)) for t in PeriodicTask.objects.all()}))
`

let redis: RedisServer
let worker: CeleryWorker
let dir: string

beforeAll(async () => {
  redis = await startRedis()
  dir = await mkdtemp(join(tmpdir(), 'umbel-django-page-'))
  worker = await startCelery({ broker: redis.url, queues: ['q'], hostname: 'py@one' })
})
afterAll(async () => {
  await worker?.stop()
  await redis?.stop()
  await rm(dir, { recursive: true, force: true })
})

const places = [
  { label: 'SQLite', start: async () => ({ url: `sqlite:///${join(dir, 'db.sqlite3')}`, stop: async () => {} }) },
  { label: 'PostgreSQL', start: startPostgres },
]

describe.each(places)('Django on $label, on the page', ({ start }) => {
  let database: { readonly url: string; stop(): Promise<void> }
  let beat: DjangoBeat
  let umbel: RunningCli
  let at: string
  let data: string
  let schedules: LiveView<SchedulesView>
  const django = (program: string) => runDjango({ database: database.url }, program)

  beforeAll(async () => {
    database = await start()
    await django(MAKE_ROWS)
    beat = startDjangoBeat({ database: database.url, broker: redis.url })
    const port = await freePort()
    at = `http://127.0.0.1:${port}`
    data = join(dir, `data-${port}`)
    const where = [`--port=${port}`, '--address=127.0.0.1', `--broker=${redis.url}`, `--data-dir=${data}`]
    umbel = startCli([...where, `--schedule-db=${database.url}`], { env: { FLOWER_UNAUTHENTICATED_API: '1' } })
    await waitFor(() =>
      fetch(at).then(
        () => true,
        () => false,
      ),
    )
    schedules = openLiveView(at, 'schedules')
  })
  afterAll(async () => {
    schedules?.close()
    umbel?.child.kill('SIGTERM')
    await umbel?.ended
    await beat?.stop()
    await database?.stop()
  })

  const shown = (name: string, wanted: (row: ScheduleRowView) => boolean = () => true) =>
    waitFor(
      () => {
        const row = schedules.current()?.rows.find(({ id }) => id === `django/${name}`)
        return row !== undefined && wanted(row) ? row : null
      },
      { what: `the row of ${name}` },
    )
  const act = async (name: string, input: object) => {
    const answer = await fetch(`${at}/umbel/actions/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    })
    expect([answer.status, await answer.json()]).toMatchObject([200, {}])
  }
  const formOf = async (id: string) => {
    const entry = openLiveView<ScheduleView>(at, `schedule?id=${encodeURIComponent(id)}`)
    const view = await waitFor(() => entry.current())
    entry.close()
    return view
  }
  const orm = async () => JSON.parse(await django(ORM_SEES)) as Record<string, Record<string, unknown>> // as the program prints

  it('shows what Django made, when it runs next, and the runs that its beat sent', async () => {
    // A machine that is busy holds up a beat for so long that it does miss some.
    const isClean = ({ recent }: ScheduleRowView) =>
      recent.length > 2 && recent.slice(-3).every(({ doubled, outcome }) => outcome === 'succeeded' && !doubled)
    const tick = await shown('tick', (row) => row.overdueSinceMs === null && isClean(row))
    expect(tick).toMatchObject({ when: 'Every second', editable: true, editLasts: null })
    expect(tick.lastRun?.taskId).toMatch(/^[0-9a-f-]{36}$/)
    const nightly = await shown('new york')
    expect(nightly).toMatchObject({ zone: 'America/New_York', expression: '30 2 * * *', neverRan: true })
    expect(Math.abs((nightly.nextMs ?? 0) / 1_000 - Number(await django(NEXT)))).toBeLessThan(2)
    expect((await formOf('django/new york')).nextMs).toHaveLength(5)
    expect(await shown('off')).toMatchObject({ enabled: false, nextMs: null })
    expect(schedules.current()?.sources.find(({ name }) => name === 'django')).toMatchObject({
      error: null,
      unsafe: false,
    })
  })

  it('has what a person changes obeyed by the beat and read by the ORM', async () => {
    const ticks = () => beat.output().split('Sending due task tick').length
    await act('schedule.hold', { schedule: 'django/tick' })
    await shown('tick', (row) => row.heldForGood)
    await waitFor(async () => {
      const before = ticks()
      await new Promise((resolve) => setTimeout(resolve, 2_500))
      return ticks() === before
    })
    await act('schedule.resume', { schedule: 'django/tick' })
    const held = ticks()
    await waitFor(() => ticks() > held + 1)

    const form: ScheduleForm = {
      ...EMPTY_FORM,
      ...{ source: 'django', name: 'made here', task: 'proj.echo', kind: 'interval', everySeconds: 2, queue: 'q' },
    }
    await act('schedule.save', { form: { ...form, args: '["ü"]' } })
    const made = await shown('made here', (row) => row.lastRun?.outcome === 'succeeded')
    expect(made.totalRunCount + made.recent.length).toBeGreaterThan(0)
    expect(beat.output()).toContain('Sending due task made here')

    const { form: nightly } = await formOf('django/new york')
    await act('schedule.save', {
      form: { ...nightly, minute: '15', dayOfWeek: 'mon-fri', zone: 'Asia/Tokyo' },
      replaces: 'django/new york',
    })
    expect(await shown('new york', (row) => row.zone === 'Asia/Tokyo')).toMatchObject({
      expression: '15 2 * * mon-fri',
    })
    expect(Math.abs(((await shown('new york')).nextMs ?? 0) / 1_000 - Number(await django(NEXT)))).toBeLessThan(2)

    await act('schedule.delete', { schedule: 'django/off' })
    const seen = await orm()
    // The beat adds one of its own.
    expect(Object.keys(seen).sort()).toEqual(['celery.backend_cleanup', 'made here', 'new york', 'tick'])
    expect(seen['made here']).toMatchObject({ task: 'proj.echo', args: '["ü"]', queue: 'q', enabled: true })
    expect(seen['new york']).toMatchObject({ zone: 'Asia/Tokyo', args: '[3]' })
  })

  it('runs one now, once, beside its own times', async () => {
    await act('schedule.run', { schedule: 'django/new york' })
    const ran = await shown('new york', (row) => row.lastRun?.outcome === 'succeeded')
    expect(ran).toMatchObject({ overdueSinceMs: null, lastRun: { byHand: true, lateMs: null } })
    expect(ran.recent).toHaveLength(1)
    const log = await readFile(join(data, 'audit.jsonl'), 'utf8').catch(() => '')
    expect(log.split('\n').filter((line) => line.includes('schedule.'))).toHaveLength(6)
  })
})
