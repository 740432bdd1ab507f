import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RedisServer, startRedis } from '../../../lib/testing/redis.ts'
import { runCli, startCli } from '../../../lib/testing/umbel-cli.ts'
import { waitFor } from '../../../lib/testing/wait-for.ts'

let redis: RedisServer
let dir = ''
let cli: { readonly cwd: string }
beforeAll(async () => {
  redis = await startRedis()
  dir = await mkdtemp(join(tmpdir(), 'umbel-schedule-cli-'))
  cli = { cwd: dir }
  const umbel = new URL('../../../lib/client/index.ts', import.meta.url).pathname
  await writeFile(
    join(dir, 'tasks.ts'),
    `import { Celery, crontab } from ${JSON.stringify(umbel)}
export const app = new Celery('proj', {
  broker_url: ${JSON.stringify(redis.url)}, result_backend: ${JSON.stringify(redis.url)}, timezone: 'Europe/Berlin',
  beat_schedule: {
    nightly: { task: 'proj.clean', schedule: crontab({ minute: '30', hour: '2' }), options: { queue: 'night' } },
    broken: { task: 'proj.clean', schedule: '0 0 31 2 *' },
  },
})
`,
  )
})
afterAll(async () => {
  await redis.stop()
  await rm(dir, { recursive: true })
})

const schedule = (...args: string[]) => runCli(['schedule', '-A', './tasks.ts', ...args], cli)

test('a beat and the commands on its schedule; a second beat with its pidfile is refused', async () => {
  const beat = startCli(['beat', '-A', './tasks.ts', '-l', 'info', '--pidfile', 'beat.pid', '--max-interval', '2'], cli)
  await beat.says('beat: Starting...')
  await beat.says('"broken" cannot be used')
  expect(beat.out()).toMatch(/\. scheduler -> file\n {4}\. db -> .*umbel-beat\.json\n/)
  expect(beat.out()).toContain('. maxinterval -> 2.00 seconds (2s)')

  const second = await runCli(['beat', '-A', './tasks.ts', '--pidfile', 'beat.pid'], cli)
  expect(second).toMatchObject({ code: 73, err: expect.stringContaining("Seems we're already running?") })

  const run = await schedule('run', 'nightly')
  expect(run).toMatchObject({ code: 0, out: expect.stringContaining('is sent within a second or two') })
  const client = redis.connect()
  await waitFor(async () => (await client.llen('night')) === 1)
  expect((await schedule('pause', 'nightly', '--until', '2h')).out).toMatch(/^nightly is paused until 20\d\d-/)
  const listed = await schedule('list')
  expect(listed.out).toMatch(/nightly\s+proj\.clean\s+Every day at 02:30\s+20.*\s1\s+paused until/)
  expect(listed.out).toMatch(/broken: cannot be read: .*never occurs/)
  await schedule('resume', 'nightly')
  const [entry] = JSON.parse((await schedule('list', '--json')).out)
  expect(entry).toMatchObject({ name: 'nightly', held_until: null, total_run_count: 1, schedule: '30 2 * * *' })
  expect(JSON.parse((await schedule('next', 'nightly', '-n', '3', '--json')).out).nightly).toHaveLength(3)

  beat.child.kill('SIGTERM')
  expect((await beat.ended).code).toBe(0)
})

test('what cannot be done is told with its exit code', async () => {
  const [unknown, word, none, past] = await Promise.all([
    schedule('pause', 'nightli'),
    schedule('lst'),
    schedule(),
    schedule('pause', 'nightly', '--until', '2020-01-01'),
  ])

  expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining('did you mean "nightly"?') })
  expect(word).toMatchObject({ code: 2, err: expect.stringContaining("Did you mean 'list'?") })
  expect(none).toMatchObject({ code: 2, err: expect.stringContaining('list, next, run, pause, resume') })
  expect(past).toMatchObject({ code: 2, err: expect.stringContaining('a time that is to come') })
})
