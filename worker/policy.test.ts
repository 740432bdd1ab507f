import { expect, test } from 'vitest'
import { Celery } from '../lib/client/celery.ts'
import type { TaskOptions } from '../lib/client/task-options.ts'
import { createTaskEnvelope, readTaskMessage } from '../lib/protocol/task-message.ts'
import { nodeCodecs } from '../lib/runtime/codecs.ts'
import { policyOf } from './policy.ts'
import { resultRepr } from './result-repr.ts'

function taskWith(options: TaskOptions, settings: Record<string, unknown> = {}) {
  const app = new Celery('proj', settings)
  app.task('proj.add', options, () => {})
  const task = app.tasks.get('proj.add')
  const sent = createTaskEnvelope(
    { task: 'proj.add', id: 'a', args: [], kwargs: {}, exchange: '', routingKey: 'celery' },
    { newId: () => 'tag', codecs: nodeCodecs },
  )
  const message = readTaskMessage(sent, { codecs: nodeCodecs, accept: ['json'] })
  if (task === undefined || !message.ok) throw new Error('no task')
  return { task, policy: policyOf(app.conf, task, message.value, true, app.signals) }
}

/** As Celery's Task takes them from the task, then the setting, then the older name of both. */
test.each<[TaskOptions, Record<string, unknown>, boolean, boolean]>([
  [{}, {}, true, true],
  [{ acksOnFailureOrTimeout: false }, {}, false, false],
  [{ acksOnFailureOrTimeout: false, acksOnTimeout: true }, {}, false, true],
  [{ acksOnFailureOrTimeout: false }, { task_acks_on_failure: true }, true, false],
  [{ acksOnFailure: false }, { task_acks_on_failure: true }, false, true],
  [{}, { task_acks_on_failure_or_timeout: false }, false, false],
  [{ acksOnFailureOrTimeout: true }, { task_acks_on_failure_or_timeout: false }, true, true],
])('late acknowledgement of what failed: %j with %j', (options, settings, acksOnFailure, acksOnTimeout) => {
  expect(taskWith(options, settings).policy).toMatchObject({ acksOnFailure, acksOnTimeout })
})

test('a result is shown up to resultreprMaxsize', () => {
  const value = 'x'.repeat(5000)

  expect(resultRepr(taskWith({}), value)).toMatch(/^'x{1024}\.\.\.'$/)
  expect(resultRepr(taskWith({ resultreprMaxsize: 10 }), value).length).toBeLessThan(20)
  expect(resultRepr(taskWith({ resultreprMaxsize: 8000 }), value)).toBe(`'${value}'`)
  expect(resultRepr(taskWith({}), undefined)).toBe('None')
})
