import { expect, test } from 'vitest'
import { Celery, Ignore, Reject, Retry } from '../lib/client/index.ts'
import type { TaskContext } from '../lib/client/task-context.ts'
import type { TaskOptions } from '../lib/client/task-options.ts'
import { createTaskEnvelope, readTaskMessage } from '../lib/protocol/task-message.ts'
import { nodeCodecs } from '../lib/runtime/codecs.ts'
import { createLog } from '../lib/runtime/log.ts'
import { createRuntime } from '../lib/runtime/runtime.ts'
import type { RunEnd } from './hooks.ts'
import type { Outcome } from './outcome.ts'
import { softLimitReason } from './pools/stop-reason.ts'
import { StopSource } from './pools/stop-source.ts'
import { runTask } from './run-task.ts'

function open(options: TaskOptions, body: (...args: never[]) => unknown, retries = 0) {
  const app = new Celery('proj')
  const logged: string[] = []
  app.task('proj.it', options, body)
  const task = app.tasks.get('proj.it')
  const envelope = createTaskEnvelope(
    { task: 'proj.it', id: 'a', args: [1], kwargs: {}, exchange: '', routingKey: 'q', retries },
    { newId: () => 'a', codecs: nodeCodecs },
  )
  const read = readTaskMessage(envelope, { codecs: nodeCodecs, accept: ['json'] })
  if (task === undefined || !read.ok) throw new Error('no task')
  const run = { task, message: read.value, children: [], expiresMs: null, delivery: { envelope } }
  const parts = {
    hostname: 'w@test',
    runtime: createRuntime({
      log: createLog(
        'warning',
        (line) => logged.push(line),
        () => 0,
      ),
      random: () => 0.5,
    }),
    signals: app.signals,
    sender: null,
    storeState: async () => {},
    sendEvent: () => {},
    sendRetry: async () => {},
  }
  const stop = new StopSource()
  const start = () => runTask(run, stop, { softLimitMs: null, hardLimitMs: null, interrupts: false }, parts)
  return { app, start, go: async (): Promise<Outcome> => start(), logged, stop }
}

/** What is told around a run, in order. */
async function told(body: () => unknown, end: RunEnd | null, options: TaskOptions = {}) {
  const { app, go, logged } = open(options, body)
  const heard: string[] = []
  app.signals.taskPrerun.connect(({ taskId, args }) => heard.push(`prerun ${taskId} ${args}`))
  app.signals.taskSuccess.connect(({ result }) => heard.push(`success ${result}`))
  app.signals.taskFailure.connect(({ exception }) => heard.push(`failure ${exception}`))
  app.signals.taskRetry.connect(({ reason }) => heard.push(`retry ${reason}`))
  app.signals.taskPostrun.connect(({ state, retval }) => heard.push(`postrun ${state} ${retval}`))
  const outcome = await go()
  await outcome.hooks?.(end)
  return { heard, outcome, logged }
}

const failure = { exception: { exc_type: 'X', exc_message: [], exc_module: 'm' }, repr: 'X()', traceback: null }

test('a body that is not async has its outcome at once, a promise is waited for', async () => {
  expect(open({}, () => 2).start()).toEqual({ type: 'returned', value: 2 })
  expect(await open({}, async () => 2).start()).toEqual({ type: 'returned', value: 2 })
})

test('signals around a body, in the order of worker-beat.md 2.3', async () => {
  const success = await told(() => 5, { state: 'SUCCESS', failure: null })
  expect(success.heard).toEqual(['prerun a 1', 'success 5', 'postrun SUCCESS 5'])

  const fails = () => {
    throw new RangeError('no')
  }
  const failed = await told(fails, { state: 'FAILURE', failure })
  expect(failed.heard).toEqual(['prerun a 1', 'failure RangeError: no', 'postrun FAILURE RangeError: no'])

  const retried = await told(fails, { state: 'RETRY', failure }, { autoretryFor: [RangeError] })
  expect(retried.heard).toEqual(['prerun a 1', 'retry RangeError: no', 'postrun RETRY RangeError: no'])
})

test('a result that could not be stored is a failure to the handlers', async () => {
  const { heard } = await told(() => 5, { state: 'FAILURE', failure })
  expect(heard).toEqual(['prerun a 1', 'failure X', 'postrun FAILURE X'])
})

test('Ignore and Reject end without the result of anything', async () => {
  const ignored = await told(() => {
    throw new Ignore()
  }, null)
  expect([ignored.outcome.type, ignored.heard]).toEqual(['ignored', ['prerun a 1', 'postrun IGNORED Ignore']])

  const rejected = await told(() => {
    throw new Reject('bad', { requeue: true })
  }, null)
  expect(rejected.outcome).toMatchObject({ type: 'rejected', requeue: true })
  expect(rejected.heard.at(-1)).toMatch(/^postrun REJECTED/)
})

test('a handler that throws is a line in the log, and before_start fails the task', async () => {
  const onSuccess = () => {
    throw new Error('oops')
  }
  const { heard, logged } = await told(() => 5, { state: 'SUCCESS', failure: null }, { onSuccess })
  expect(heard).toEqual(['prerun a 1', 'success 5', 'postrun SUCCESS 5'])
  expect(logged.join()).toContain('on_success handler raised: oops')

  const beforeStart = () => {
    throw new TypeError('not now')
  }
  const early = await told(() => 5, { state: 'FAILURE', failure }, { beforeStart })
  expect(early.outcome).toMatchObject({ type: 'raised', failure: { repr: "TypeError('not now')" } })
})

test('retry throws by itself, keeps its plan, and out of tries throws the cause', async () => {
  const body = (self: TaskContext) => {
    self.retry({ exc: new RangeError('again'), countdown: 3, queue: 'slow' })
  }
  const first = await open({ bind: true, maxRetries: 1 }, body).go()
  expect(first).toMatchObject({
    type: 'retried',
    plan: { says: "Retry in 3s: RangeError('again')", options: { queue: 'slow' } },
  })

  const last = await open({ bind: true, maxRetries: 1 }, body, 1).go()
  expect(last).toMatchObject({ type: 'raised', failure: { repr: "RangeError('again')" } })
})

test('a Retry that the body made itself is a retry too', async () => {
  const { go } = open({}, () => {
    throw new Retry('later', { countdown: 2, cause: new RangeError('x') })
  })
  expect(await go()).toMatchObject({ type: 'retried', plan: { cause: { repr: "RangeError('x')" } } })
})

test('max_retries of one call holds for automatic retries after it', async () => {
  const body = (self: TaskContext) => {
    try {
      self.retry({ maxRetries: 9, exc: new RangeError('x') })
    } catch {
      throw new RangeError('y')
    }
  }
  const options = { bind: true, maxRetries: 1, autoretryFor: ['RangeError'] } as const
  expect(await open(options, body, 5).go()).toMatchObject({ type: 'retried' })
})

test('automatic retries: the kinds that are listed, with a growing pause; expected errors are told apart', async () => {
  const fails = () => {
    throw new RangeError('no')
  }
  const backoff = { autoretryFor: [RangeError], retryBackoff: 2, retryJitter: false, maxRetries: null }
  expect(await open(backoff, fails, 3).go()).toMatchObject({
    type: 'retried',
    plan: { says: expect.stringContaining('in 16s') },
  })
  expect(await open({ ...backoff, dontAutoretryFor: ['RangeError'] }, fails).go()).toMatchObject({ type: 'raised' })
  expect(await open({ throws: [RangeError] }, fails).go()).toMatchObject({ type: 'raised', expected: true })
})

test('a body that the soft limit has stopped may ask for another try, or fail in its own words', async () => {
  const stopped = async (catching: (self: TaskContext, error: unknown) => unknown) => {
    const { go, stop } = open({ bind: true }, async (self: TaskContext) => {
      await new Promise((_, reject) => {
        self.signal.addEventListener('abort', () => reject(self.signal.reason))
        stop.stop(softLimitReason())
      }).catch((error: unknown) => catching(self, error))
    })
    return go()
  }
  const again = await stopped((self, error) => {
    throw self.retry({ exc: error, countdown: 0 })
  })
  expect(again).toMatchObject({ type: 'retried', plan: { cause: { repr: 'SoftTimeLimitExceeded()' } } })

  const rejected = await stopped((_, error) => {
    throw Object.assign(new Reject('late'), { cause: error })
  })
  expect(rejected).toMatchObject({ type: 'rejected', requeue: false })
})
