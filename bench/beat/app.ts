/** What the beats of the bench send: as many entries as `ENTRIES` says, at intervals of 1 to 60 s. */
import { Celery } from '../../lib/client/index.ts'
import { everySeconds, nameOf, TASK } from './entries.ts'

const count = Number(process.env['ENTRIES'] ?? '0')

export const app = new Celery('bench', {
  broker: process.env['BROKER'],
  result_backend: process.env['BROKER'],
  beat_schedule: Object.fromEntries(
    Array.from({ length: count }, (_, n) => [
      nameOf(n),
      { task: TASK, schedule: everySeconds(n), args: [n, everySeconds(n)] },
    ]),
  ),
})
