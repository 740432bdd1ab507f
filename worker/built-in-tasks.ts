/** The tasks that every worker has, whatever its app defines (wire.md F8, worker-beat.md 2.14). */
import { registerCanvasTasks } from '../lib/client/canvas/canvas-tasks.ts'
import type { Celery } from '../lib/client/celery.ts'
import type { TaskContext } from '../lib/client/task-context.ts'

/** Those that the app has defined itself stay. */
export function registerBuiltInTasks(app: Celery): void {
  registerCanvasTasks(app)
  if (!app.tasks.has('celery.backend_cleanup')) {
    // Only backends whose results do not expire by themselves have anything to clean up.
    app.task('celery.backend_cleanup', {}, async () => {
      await (await app.links()).results?.cleanup?.()
      return null
    })
  }
  if (app.tasks.has('celery.chord_unlock')) return
  app.task(
    'celery.chord_unlock',
    {
      bind: true,
      params: ['group_id', 'callback', 'interval', 'max_retries', 'result', '**kwargs'],
      defaults: { interval: null, max_retries: null, result: null },
      maxRetries: null,
      defaultRetryDelay: app.conf.result_chord_retry_interval,
      ignoreResult: true,
    },
    async (
      self: TaskContext,
      groupId: string,
      callback: unknown,
      interval: unknown,
      most: unknown,
      result: unknown,
    ) => {
      const { unlockChord } = await import('./chord-unlock.ts')
      return unlockChord(app, self, { groupId, callback, interval, maxRetries: most, result })
    },
  )
}
