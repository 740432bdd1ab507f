/** Tasks that wait until a test lets them go, and that write their runs into a Redis which no fault touches. */
import { Redis } from 'ioredis'
import { Celery } from '../../lib/client/index.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'

export interface FaultsAppOptions {
  readonly broker: string
  readonly backend?: string
  /** URL of the untouched Redis. */
  readonly ledger: string
  readonly settings?: Readonly<Record<string, unknown>>
}

const VERY_LONG_MS = 120_000

export function createFaultsApp({ broker, backend = broker, ledger, settings = {} }: FaultsAppOptions): Celery {
  const app = new Celery('faults', { broker, backend, worker_send_task_events: true, ...settings })
  let redis: Redis | null = null
  const book = () => {
    redis ??= new Redis(ledger)
    return redis
  }

  app.task('faults.add', { params: ['x', 'y'] }, (x: number, y: number) => x + y)
  // Until there is a key of this name.
  const waits = async (key: string) => {
    await book().hincrby('runs', key, 1)
    await waitFor(async () => (await book().exists(key)) === 1, { timeoutMs: VERY_LONG_MS })
    return key
  }
  app.task('faults.wait', { params: ['key'] }, waits)
  app.task('faults.wait_late', { params: ['key'], acksLate: true }, waits)
  app.task('faults.note', { params: ['values', 'name'] }, async (values: unknown, name: string) => {
    await book().hincrby('runs', name, 1)
    return values
  })
  return app
}
