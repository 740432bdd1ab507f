/**
 * What the workers of this bench run. Each body writes its start and its end into the ledger, a Redis that no fault
 * touches: what was lost and what ran twice are facts there, not guesses from the results.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { Celery } from '../../lib/client/index.ts'
import { createLedgerWriter } from './ledger.ts'

const url = process.env['CHAOS_BROKER'] ?? 'redis://127.0.0.1:6379/0'

/** A dead worker's messages come back after this long; the default of an hour is nothing to wait for. */
export const VISIBILITY_SECONDS = 3

export const app = new Celery('chaos', {
  broker: url,
  backend: url,
  broker_transport_options: { visibility_timeout: VISIBILITY_SECONDS },
  task_reject_on_worker_lost: true,
  worker_lost_wait: 3,
})

let ledger: ReturnType<typeof createLedgerWriter> | null = null

async function body(id: string, ms: number): Promise<string> {
  ledger ??= createLedgerWriter(new Redis(process.env['CHAOS_LEDGER'] ?? ''))
  await ledger.start(id)
  await wait(ms)
  await ledger.end(id)
  return id
}

app.task('chaos.late', { bind: true, acksLate: true, params: ['ms'] }, (self, ms: number) => body(self.request.id, ms))
app.task('chaos.early', { bind: true, params: ['ms'] }, (self, ms: number) => body(self.request.id, ms))
