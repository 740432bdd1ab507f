import { expect, test } from 'vitest'
import { Celery, group } from '../lib/client/index.ts'
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

test('a group of errbacks is sent, though what stands behind its name takes more than an id', async () => {
  const app = new Celery('shop')
  const told: string[] = []
  const tell = app.task('shop.tell', { params: ['what'] }, (what: string) => void told.push(what))
  const fail = app.task('shop.fail', {}, () => {
    throw new Error('boom')
  })
  await using _worker = await startTestWorker(app)

  await fail.applyAsync([], {}, { linkError: group(tell.si('a'), tell.si('b')) })

  await expect.poll(() => told.toSorted(), { timeout: 20_000 }).toEqual(['a', 'b'])
})
