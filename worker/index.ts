/** What `import ... from 'umbel/worker'` gives: a worker inside a program of one's own. */
import type { Celery } from '../lib/client/celery.ts'
import { startWorker as start, type Worker } from './worker.ts'
import type { WorkerOptions } from './worker-options.ts'

export type { StopHow } from './worker-options.ts'
export type { Worker }

/** As on the command line; the connections are those of the app. */
export type EmbeddedWorkerOptions = Omit<WorkerOptions, 'app' | 'broker' | 'results' | 'runtime'>

/**
 * Starts a worker for the app's tasks; it takes messages when this resolves. Stopping it leaves the connections open:
 * `await worker.stop('warm'); await app.close()`. Throws option/invalid without a broker.
 */
export async function startWorker(app: Celery, options: EmbeddedWorkerOptions = {}): Promise<Worker> {
  return start({ ...options, app, ...(await app.links()) })
}
