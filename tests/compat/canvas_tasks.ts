/** The other side of canvas_tasks.py. */
import { Celery, chain, group } from '../../lib/client/index.ts'

/** What `ts.newErrback` was called with. */
export const called: unknown[][] = []

export function createCanvasApp(settings: Record<string, unknown> = {}): Celery {
  const app = new Celery('canvas', { task_routes: { 'py.*': { queue: 'py' }, 'ts.*': { queue: 'ts' } }, ...settings })

  app.task('ts.add', { params: ['x', 'y'] }, (x: number, y = 1) => x + y)
  app.task('ts.tsum', {}, (numbers: number[]) => numbers.reduce((a, b) => a + b, 0))
  app.task('ts.ident', {}, (...args: unknown[]) => args)
  app.task('ts.fail', {}, () => {
    throw new RangeError('boom')
  })
  app.task('ts.newErrback', {}, (request: { id: string }, exc: Error, traceback: unknown, more: unknown) => {
    called.push([request.id, exc.name, typeof traceback, more])
  })
  app.task('ts.stamps', { bind: true }, (self, _: unknown) => [self.request.stampedHeaders, self.request.stamps])
  app.task('ts.replaced', { bind: true }, (self, name: string, ...args: unknown[]) =>
    self.replace(app.signature(name, { args })),
  )
  app.task('ts.replacedByGroup', { bind: true }, (self, x: number) =>
    self.replace(group(app.signature('ts.add', { args: [x, 1] }), app.signature('py.add', { args: [x, 2] }))),
  )
  app.task('ts.replacedByChain', { bind: true }, (self, x: number) =>
    self.replace(chain(app.signature('ts.add', { args: [x, 1] }), app.signature('py.add', { args: [10] }))),
  )
  app.task('ts.addsToChord', { bind: true }, async (self, x: number) => {
    await self.addToChord(app.signature('ts.add', { args: [x, 100] }))
    return x
  })
  return app
}
