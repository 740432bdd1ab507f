import { expect, test } from 'vitest'
import { Celery } from '../lib/client/index.ts'
import { startTestWorker } from './testing.ts'

test('a task runs for real, without a server, and the app is as before afterwards', async () => {
  const app = new Celery('shop', { broker: 'redis://127.0.0.1:1/0' })
  const add = app.task('shop.add', { params: ['x', 'y'] }, (x: number, y = 1) => x + y)
  {
    await using worker = await startTestWorker(app)
    expect(worker.hostname).toContain('@')
    const sum = await add.delay(2, 3)

    expect(await sum.get({ timeout: 5 })).toBe(5)
    const failed = await app.sendTask('shop.add', [], {})
    await expect(failed.get({ timeout: 5 })).rejects.toThrow("add() missing 1 required positional argument: 'x'")
  }

  await expect(add.applyAsync([1], {}, { retry: false })).rejects.toMatchObject({ code: 'broker/unreachable' })
  await app.close()
})
