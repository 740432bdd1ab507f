/** The tasks of proj.py once more, in TypeScript: what a mixed fleet has in common. */
import { setTimeout as wait } from 'node:timers/promises'
import { Celery, Ignore, Reject } from '../../lib/client/index.ts'

class PythonLikeError extends Error {
  constructor(name: string, message: string) {
    super(message)
    this.name = name
  }
}

/** A new app each time: tests must not see each other's settings. */
export function createProj(settings: Record<string, unknown> = {}): Celery {
  const app = new Celery('proj', {
    worker_send_task_events: true,
    task_send_sent_event: true,
    task_track_started: true,
    result_extended: true,
    ...settings,
  })

  app.task('proj.add', { params: ['x', 'y'] }, (x: number, y = 1) => x + y)
  app.task('proj.echo', {}, (...args: unknown[]) => [args, {}])
  app.task('proj.sleep', { bind: true, params: ['seconds'] }, async (self, seconds: number) => {
    await wait(seconds * 1000, undefined, { signal: self.signal })
    return seconds
  })
  app.task('proj.fail', { params: ['text'], defaults: { text: 'boom' } }, (text: string) => {
    throw new PythonLikeError('ValueError', text)
  })
  app.task(
    'proj.retrying',
    { bind: true, params: ['countdown'], defaults: { countdown: 0.5 }, maxRetries: 2 },
    (self, countdown: number) => {
      throw self.retry({ exc: new PythonLikeError('KeyError', 'again'), countdown })
    },
  )
  app.task('proj.progress', { bind: true, params: ['steps'], defaults: { steps: 3 } }, async (self, steps: number) => {
    for (let step = 1; step <= steps; step++) {
      self.sendEvent('task-progress', { progress: step / steps })
      await self.updateState({ state: 'PROGRESS', meta: { done: step, of: steps } })
      await wait(50)
    }
    return steps
  })
  app.task('proj.late', { acksLate: true, params: ['seconds'], defaults: { seconds: 0 } }, async (seconds: number) => {
    await wait(seconds * 1000)
    return 'late'
  })
  app.task('proj.ignored', {}, () => {
    throw new Ignore()
  })
  app.task('proj.rejected', { acksLate: true }, () => {
    throw new Reject('no')
  })
  app.task('proj.unserializable', {}, () => ({ big: 1n, loop: Symbol('no') }))
  app.task('proj.soft_limited', { bind: true, softTimeLimit: 0.2 }, async (self) => {
    await wait(10_000, undefined, { signal: self.signal }).catch(() => {})
    return String(self.signal.reason)
  })
  app.task('proj.hard_limited', { timeLimit: 0.2 }, () => wait(60_000, undefined, { ref: false }))
  app.task('proj.parent', { bind: true }, async (self) => {
    const child = await app.sendTask('proj.add', [1, 1])
    return { child: child.id, me: self.request.id }
  })
  app.task('proj.context', { bind: true }, (self) => ({
    retries: self.request.retries,
    hostname: self.request.hostname,
    headers: self.request.headers,
    routing_key: self.request.deliveryInfo.routing_key,
  }))
  return app
}
