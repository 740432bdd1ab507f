/** What the workers of this bench run: nothing, so that all the time is theirs. */
import { Celery } from 'umbel'

const url = process.env['UMBEL_TEST_BROKER'] ?? 'redis://127.0.0.1:6379/0'

export const app = new Celery('bench', { broker: url, backend: url })

app.task('bench.add', { params: ['x', 'y'] }, (x: number, y: number) => x + y)
