/** `umbel --worker --beat` as a person starts it: the schedule of its own beat, over HTTP. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ScheduleCalendar, SchedulePreview } from '../../lib/live/schedule-views.ts'
import { freePort } from '../../lib/testing/free-port.ts'
import { type RedisServer, startRedis } from '../../lib/testing/redis.ts'
import { type RunningCli, startCli } from '../../lib/testing/umbel-cli.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'

const PROJ = new URL('../../tests/compat/proj.ts', import.meta.url).href
const SCHEDULE = {
  tick: { task: 'proj.add', schedule: 1, args: [1, 2] },
  nightly: { task: 'proj.echo', schedule: '30 2 * * *' },
}

let redis: RedisServer
let dir: string
let umbel: RunningCli
let at: string

beforeAll(async () => {
  redis = await startRedis()
  client = redis.connect()
  dir = await mkdtemp(join(tmpdir(), 'umbel-schedules-'))
  const settings = JSON.stringify({ broker_url: redis.url, result_backend: redis.url, beat_schedule: SCHEDULE })
  await writeFile(
    join(dir, 'app.ts'),
    `import { createProj } from '${PROJ}'\nexport const app = createProj(${settings})\n`,
  )
  const port = await freePort()
  at = `http://127.0.0.1:${port}`
  const words = ['--worker', '--beat', `--app=${join(dir, 'app.ts')}`, `--data-dir=${join(dir, 'data')}`]
  umbel = startCli([`--port=${port}`, '--address=127.0.0.1', '--worker-pool=async', ...words])
})

afterAll(async () => {
  umbel?.child.kill('SIGTERM')
  await umbel?.ended
  await redis?.stop()
  await rm(dir, { recursive: true, force: true })
})

const get = async <T>(path: string) => (await (await fetch(`${at}${path}`)).json()) as T // the route says what it answers
const act = (name: string, input: object) =>
  fetch(`${at}/umbel/actions/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  })
const metric = async (line: string) => {
  const text = await (await fetch(`${at}/metrics`)).text()
  const found = text.split('\n').find((each) => each.startsWith(`${line} `))
  return found === undefined ? null : Number(found.slice(line.length))
}
let client: ReturnType<RedisServer['connect']>
const runs = async () => (await client.keys('celery-task-meta-*')).length

it('shows what runs when, and does with it what a person says', async () => {
  await waitFor(async () => (await metric('umbel_beat_up{source="app"}')) === 1)
  expect(await metric('umbel_schedule_entries{source="app"}')).toBe(2)
  await waitFor(async () => (await metric('umbel_beat_lateness_seconds{entry="tick",source="app"}')) !== null)

  const calendar = await get<ScheduleCalendar>('/umbel/schedules/calendar?hours=24')
  const times = Object.fromEntries(calendar.rows.map(({ id, atMs, more }) => [id, atMs.length + more]))
  expect(times['app/nightly']).toBe(1)
  expect(times['app/tick']).toBeGreaterThan(86_000)
  const preview = await get<SchedulePreview>('/umbel/schedules/preview?source=app&kind=crontab&minute=61')
  expect(preview.problem).toMatchObject({ field: 'minute' })

  expect((await act('schedule.hold', { schedule: 'app/tick' })).status).toBe(200)
  const before = await waitFor(async () => {
    const [first, second] = [await runs(), await new Promise((resolve) => setTimeout(resolve, 1_500)).then(runs)]
    return first === second ? first : null
  })
  expect((await act('schedule.run', { schedule: 'app/nightly' })).status).toBe(200)
  await waitFor(async () => (await runs()) === before + 1)
  expect((await act('schedule.resume', { schedule: 'app/tick' })).status).toBe(200)
  await waitFor(async () => (await runs()) > before + 2)

  const unknown = await act('schedule.skip', { schedule: 'app/nobody' })
  expect([unknown.status, await unknown.json()]).toMatchObject([404, { error: { code: 'schedule/unknown' } }])
})
