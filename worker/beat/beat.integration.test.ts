import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openBroker } from '../../lib/broker/open-broker.ts'
import { parseEnvelope } from '../../lib/protocol/message.ts'
import { createRuntime } from '../../lib/runtime/runtime.ts'
import { startRedis } from '../../lib/testing/redis.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'
import { createProj } from '../../tests/compat/proj.ts'
import { startBeat } from './beat.ts'
import { createFileStore } from './stores/file.ts'

test('beat sends what is due, marked as its own, and not again after a restart', async () => {
  const redis = await startRedis()
  const runtime = createRuntime()
  const broker = openBroker(redis.url, { runtime })
  await broker.open()
  const dir = await mkdtemp(join(tmpdir(), 'umbel-beat-'))
  const statePath = join(dir, 'beat.json')
  const app = createProj({
    beat_schedule: {
      soon: { task: 'proj.add', schedule: 0.5, args: [1, 2], options: { queue: 'beaten', expires: 60 } },
      rarely: { task: 'proj.echo', schedule: 3600, options: { queue: 'rare' } },
    },
  })
  const client = redis.connect()

  const beat = await startBeat({ app, broker, runtime, statePath })
  await waitFor(async () => (await client.llen('beaten')) >= 2)
  await beat.stop()

  const sent = await client.llen('beaten')
  const envelope = parseEnvelope((await client.lindex('beaten', -1)) ?? '')
  expect(envelope.ok && envelope.value.headers).toMatchObject({
    task: 'proj.add',
    celery_beat_task: true,
    argsrepr: '(1, 2)',
    expires: expect.stringMatching(/\+00:00$/),
  })
  expect(await client.llen('rare')).toBe(0)
  const state = await createFileStore(statePath, runtime.log).load()
  expect(state['soon']?.totalRunCount).toBe(sent)
  expect(state['rarely']?.totalRunCount).toBe(0)

  const again = await startBeat({ app, broker, runtime, statePath })
  await waitFor(async () => (await client.llen('beaten')) > sent)
  await again.stop()
  const after = await createFileStore(statePath, runtime.log).load()
  expect(after['soon']?.totalRunCount).toBe(await client.llen('beaten'))

  await broker.close()
  await redis.stop()
  await rm(dir, { recursive: true })
})
