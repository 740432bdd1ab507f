/** What `import ... from 'umbel/testing'` gives: tasks run for real in a test, without a server. */
import { createMemoryBroker } from '../lib/broker/memory/memory-broker.ts'
import type { Celery } from '../lib/client/celery.ts'
import { createMemoryResults } from '../lib/results/memory/memory-results.ts'
import { createRuntime } from '../lib/runtime/runtime.ts'
import type { EmbeddedWorkerOptions } from './index.ts'
import { startWorker } from './worker.ts'

export interface TestWorker extends AsyncDisposable {
  readonly hostname: string
  /** Running tasks end first. The app then has its own connections again. */
  stop(): Promise<void>
}

/**
 * A worker for the app's tasks with a broker and a result backend in memory, which the app uses until `stop`:
 * `await using worker = await startTestWorker(app)`, then `await (await add.delay(2, 3)).get()`. Queues are as empty as
 * new each time.
 */
export async function startTestWorker(app: Celery, options: EmbeddedWorkerOptions = {}): Promise<TestWorker> {
  const runtime = createRuntime()
  const broker = createMemoryBroker({ runtime })
  const results = createMemoryResults({ runtime })
  await Promise.all([broker.open(), results.open()])
  const giveBack = app.borrow({ broker, results, runtime })
  const alone = { withoutGossip: true, withoutMingle: true }
  const worker = await startWorker({ pool: 'async', ...alone, ...options, app, broker, results, runtime })
  const stop = async () => {
    await worker.stop('warm')
    giveBack()
    await results.close()
    await broker.close()
  }
  return { hostname: worker.hostname, stop, [Symbol.asyncDispose]: stop }
}
