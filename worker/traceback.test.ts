import { expect, test } from 'vitest'
import { tracebackOf } from './traceback.ts'

const root = new URL('..', import.meta.url).pathname

function thrown(message: string, frames: readonly string[], cause?: unknown): Error {
  const error = new TypeError(message, { cause })
  error.stack = [`TypeError: ${message}`, ...frames.map((frame) => `    at ${frame}`)].join('\n')
  return error
}

test('frames of the worker around the body are left out, those below it stay', () => {
  const below = [`AsyncResult.get (file://${root}lib/client/async-result.ts:1:1)`, 'body (/srv/proj/tasks.js:1:32)']
  const around = [
    'new Promise (<anonymous>)',
    `async ${root}worker/run-task.ts:1:1`,
    'process.processTicksAndRejections (node:internal/process/task_queues:103:5)',
  ]
  const cause = thrown('below', ['connect (file:///srv/proj/node_modules/x/index.js:7:1)', ...around])
  expect(tracebackOf(thrown('a\n    b', [...below, ...around], cause))).toBe(
    [
      ...['TypeError: a', '    b', ...below.map((frame) => `    at ${frame}`), '[cause]: TypeError: below'],
      '    at connect (file:///srv/proj/node_modules/x/index.js:7:1)',
    ].join('\n'),
  )
})

test('of an error without frames of the user the sentence is left; of no error nothing', () => {
  expect(tracebackOf(thrown('ours', [`runTask (file://${root}worker/run-task.ts:1:1)`]))).toBe('TypeError: ours')
  expect(tracebackOf('text')).toBeNull()
  const endless = new Error('round')
  endless.cause = endless
  expect(tracebackOf(endless)?.split('[cause]')).toHaveLength(5)
  expect(tracebackOf(new Error('x'.repeat(20_000)))).toHaveLength(16_384 + 3)
})
