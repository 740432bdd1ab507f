/** The tasks of matrix_tasks.py once more, in TypeScript. */
import { type AppSettings, Celery } from '../../lib/client/index.ts'

const ALL = ['json', 'yaml', 'msgpack', 'pickle']

class ValueError extends Error {
  override readonly name = 'ValueError'
}

/** `note` counts a run of a body. */
export function createMatrixApp(note: (key: string) => Promise<unknown>, settings: AppSettings = {}): Celery {
  const app = new Celery('matrix', {
    accept_content: ALL,
    result_accept_content: ALL,
    result_extended: true,
    ...settings,
  })

  app.task('matrix.echo', { params: ['value', 'key'] }, async (value: unknown, key: string) => {
    await note(key)
    return value
  })
  app.task('matrix.fail', { params: ['text', 'key'] }, async (text: string, key: string) => {
    await note(key)
    throw new ValueError(text)
  })
  app.task('matrix.again', { bind: true, params: ['key'], maxRetries: 3 }, async (self, key: string) => {
    await note(key)
    if (self.request.retries < 2) throw self.retry({ countdown: 1 })
    return self.request.retries
  })
  app.task('matrix.now', { params: ['key'] }, async (key: string) => {
    await note(key)
    return Date.now() / 1000
  })
  app.task('matrix.add', { params: ['x', 'y', 'key'] }, async (x: number, y: number, key: string) => {
    await note(key)
    return x + y
  })
  app.task('matrix.tsum', { params: ['numbers', 'key'] }, async (numbers: number[], key: string) => {
    await note(key)
    return numbers.reduce((a, b) => a + b, 0)
  })
  return app
}
