import { expect, it } from 'vitest'
import { Celery } from '../../lib/client/celery.ts'
import { startTestWorker } from '../testing.ts'

it.each(['json', 'yaml', 'msgpack', 'pickle'])(
  'an app that writes %s asks and is answered in it, also where nothing else is accepted',
  async (name) => {
    const app = new Celery('control', { task_serializer: name, accept_content: [name] })
    await using worker = await startTestWorker(app, { hostname: 'content@test' })

    expect(await app.control.ping({ limit: 1, timeout: 5 })).toEqual([{ [worker.hostname]: { ok: 'pong' } }])
  },
)

it('a worker hears nothing in a format that it does not accept', async () => {
  const app = new Celery('control', { task_serializer: 'yaml', accept_content: ['msgpack'] })
  await using _worker = await startTestWorker(app, { hostname: 'content@test' })

  expect(await app.control.ping({ timeout: 0.2 })).toEqual([])
})
