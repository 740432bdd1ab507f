/** A cluster with prefixes and priority steps of its own, which the dashboard is told by options (wire.md A8, E1). */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { runPython, startCelery } from '../../lib/testing/celery.ts'
import { freePort } from '../../lib/testing/free-port.ts'
import { startRedis } from '../../lib/testing/redis.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'

const CLI = new URL('../cli.ts', import.meta.url).href

const brokerOptions = {
  global_keyprefix: 'team:',
  priority_steps: [0, 5],
  sep: ':',
  fanout_prefix: '/team.',
  queue_order_strategy: 'priority',
}
const backendOptions = { global_keyprefix: 'results' }

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

it('shows workers, queues by their steps, tasks and results of a cluster with its own names', async () => {
  const redis = await startRedis()
  const dir = await mkdtemp(join(tmpdir(), 'umbel-test-'))
  cleanups.push(redis.stop, () => rm(dir, { recursive: true, force: true }))
  const port = await freePort()
  const program = `import { main } from ${JSON.stringify(CLI)}\nawait main(process.argv.slice(1))`
  const options = [
    ...[`--port=${port}`, `--broker=${redis.url}`],
    `--broker-transport-options=${JSON.stringify(brokerOptions)}`,
    `--result-backend-transport-options=${JSON.stringify(backendOptions)}`,
  ]
  const umbel = spawn(process.execPath, ['--input-type=module', '-e', program, '--', ...options], {
    cwd: dir,
    env: { ...process.env, HOME: dir, XDG_STATE_HOME: dir, FLOWER_UNAUTHENTICATED_API: 'true' },
    stdio: 'inherit',
  })
  cleanups.push(async () => {
    const exited = once(umbel, 'exit')
    umbel.kill('SIGTERM')
    await exited
  })
  const get = async (path: string): Promise<unknown> => (await fetch(`http://127.0.0.1:${port}${path}`)).json()
  const env = {
    UMBEL_TEST_BROKER_OPTIONS: JSON.stringify(brokerOptions),
    UMBEL_TEST_BACKEND_OPTIONS: JSON.stringify(backendOptions),
  }
  await waitFor(() => get('/api/workers'), { what: 'the dashboard' })

  const worker = await startCelery({ broker: redis.url, hostname: 'w@test', env })
  cleanups.push(() => worker.stop())
  const calls = `
from proj import add
for priority in (0, 4, 5, 9):
    add.apply_async((1, 2), queue='waiting', priority=priority)
print(add.delay('x' * 2000, 'y').id)
`
  const id = (await runPython(calls, { broker: redis.url, env })).trim()
  await waitFor(async () => (await redis.connect().keys('results_celery-task-meta-*')).length === 1)

  await waitFor(async () => expect(await get('/api/workers')).toHaveProperty('w@test') ?? true)
  const lengths = { active_queues: expect.arrayContaining([{ name: 'waiting', messages: 4 }]) }
  await waitFor(async () => expect(await get('/api/queues/length')).toEqual(lengths) ?? true)
  const task = { uuid: id, state: 'SUCCESS', worker: 'w@test' }
  await waitFor(async () => expect(await get(`/api/task/info/${id}`)).toMatchObject(task) ?? true)
  expect((await redis.connect().keys('*')).filter((key) => !/^(team:|results_)/.test(key))).toEqual([])
})
