/** Bodies that behave in every way that a pool has to live with. Loaded by children, too. */
import { appendFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { Celery, SoftTimeLimitExceeded } from '../../lib/client/index.ts'

export const app = new Celery('pool', { broker: process.env['POOL_BROKER'] ?? 'redis://localhost:1/0' })

app.task('pool.add', { params: ['x', 'y'] }, (x: number, y = 1) => x + y)
app.task('pool.pid', {}, () => process.pid)
app.task('pool.echo', {}, (...args: unknown[]) => args)
app.task('pool.values', {}, () => ({
  when: new Date(1_700_000_000_000),
  bytes: new Uint8Array([255, 1]),
  big: 12345678901234567890n,
}))
app.task('pool.wait', { bind: true, params: ['seconds'] }, async (self, seconds: number) => {
  await wait(seconds * 1000, undefined, { signal: self.signal })
  return 'waited'
})
app.task('pool.deaf', { params: ['seconds'] }, async (seconds: number) => {
  await wait(seconds * 1000, undefined, { ref: false })
  return 'waited'
})
app.task('pool.spin', { params: ['seconds'], timeLimit: 600 }, (seconds: number) => {
  const end = performance.now() + seconds * 1000
  while (performance.now() < end);
  return 'spun'
})
app.task('pool.cleans_up', { bind: true }, async (self) => {
  try {
    self.sendEvent('task-waits')
    await wait(10_000, undefined, { signal: self.signal })
  } catch {
    await wait(5)
    return self.signal.reason instanceof SoftTimeLimitExceeded ? 'cleaned up' : String(self.signal.reason)
  }
  return 'never'
})
app.task('pool.fail', {}, () => {
  throw new RangeError('boom')
})
app.task('pool.late_error', {}, async () => {
  setTimeout(() => {
    throw new TypeError('out of the blue')
  }, 5)
  await wait(10_000, undefined, { ref: false })
})
app.task('pool.unserializable', {}, () => Symbol('no'))
app.task('pool.exit', { params: ['code'] }, (code: number) => process.exit(code))
app.task('pool.kill', { params: ['signal'] }, async (signal: string) => {
  process.kill(process.pid, signal)
  await wait(10_000)
})
app.task('pool.dies_once', { bind: true, acksLate: true, rejectOnWorkerLost: true }, (self) => {
  if (!self.request.deliveryInfo.redelivered) process.kill(process.pid, 'SIGKILL')
  return 'second time'
})
app.task('pool.dies_first', { bind: true, retryOnWorkerLost: true, defaultRetryDelay: 0 }, (self) => {
  if (self.request.retries === 0) process.kill(process.pid, 'SIGKILL')
  return self.request.retries
})
app.task('pool.retry', { bind: true, maxRetries: 1 }, (self) => {
  throw self.retry({ exc: new RangeError('again'), countdown: 7 })
})
app.task('pool.retry_unthrown', { bind: true }, (self) => {
  self.retry({ countdown: 7, throw: false })
  return 'and on'
})
app.task('pool.progress', { bind: true }, async (self) => {
  await self.updateState({ state: 'PROGRESS', meta: { at: new Date(0) } })
  self.sendEvent('task-progress', { progress: 0.5 })
  return self.request.retries
})
app.task('pool.sends', {}, async () => (await app.sendTask('pool.add', [1, 1])).id)
app.task('pool.hog', { params: ['megabytes'] }, (megabytes: number) => {
  Object.assign(globalThis, { hoard: Array.from({ length: megabytes }, () => new Array(131_072).fill(Math.random())) })
  return process.pid
})
app.task(
  'pool.looks',
  {
    params: ['file'],
    onSuccess: async (_retval, id, [file]) => note(file, `on_success sees ${await app.result(id).state()}`),
    afterReturn: (_status, _retval, _id, [file]) => note(file, 'after_return'),
  },
  () => 1,
)
app.task(
  'pool.hooked',
  {
    params: ['file', 'how'],
    beforeStart: (_id, [file]) => note(file, 'before_start'),
    onSuccess: (retval, _id, [file]) => note(file, `on_success ${retval}`),
    onFailure: (exc, _id, [file]) => note(file, `on_failure ${exc}`),
    onRetry: (exc, _id, [file]) => note(file, `on_retry ${exc}`),
    afterReturn: (status, _retval, _id, [file]) => note(file, `after_return ${status}`),
    autoretryFor: ['RangeError'],
  },
  async (file: string, how: string) => {
    note(file, `body`)
    if (how === 'fail') throw new TypeError('no')
    if (how === 'retry') throw new RangeError('again')
    if (how === 'hang') await wait(60_000, undefined, { ref: false })
    return how
  },
)

function note(file: unknown, line: string): void {
  appendFileSync(String(file), `${line}\n`)
}
