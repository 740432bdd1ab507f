import { expect, it } from 'vitest'
import type { Broker } from '../broker/broker.ts'
import type { ResultStore } from '../results/results.ts'
import { taskEvent } from '../testing/events.ts'
import { createCapturedMessages } from './captured-messages.ts'
import { createCluster } from './cluster.ts'
import { type RawTaskDeps, rawTask } from './raw-task.ts'
import type { TaskRecord } from './records.ts'
import { MONITOR_DEFAULTS } from './settings.ts'

function depsOf(more: Partial<RawTaskDeps> = {}) {
  const cluster = createCluster(MONITOR_DEFAULTS)
  cluster.apply(taskEvent('received', 't1', 5, { name: 'pay', args: "('secret',)", kwargs: '{}' }), 5_000)
  const captured = createCapturedMessages()
  captured.add('t1', '{"body": "secret"}')
  const meta = { task_id: 't1', status: 'SUCCESS', result: 12345678901234567890n, args: ['secret'], children: [] }
  return {
    ...{ cluster, captured, shown: (task: TaskRecord) => task, nowMs: () => 7 },
    broker: { supports: { peek: false } } as unknown as Broker, // nobody looks into its queues
    results: { get: async () => meta } as unknown as ResultStore, // all that is asked of it
    ...more,
    cluster,
  }
}

it('tells the fields of the events, the stored result to the digit, and the message as it was', async () => {
  const raw = await rawTask('t1', depsOf())
  expect(JSON.parse(raw.record?.text ?? '')).toMatchObject({
    uuid: 't1',
    name: 'pay',
    args: "('secret',)",
    received: 5,
  })
  expect(raw.result?.text).toContain('"result":12345678901234567890')
  expect(raw.message).toEqual({ text: '{"body": "secret"}', whole: true })
  expect(raw).toMatchObject({ hidden: null, hasResults: true, asOfMs: 7 })
})

it('tells nothing of what it works on to who may not see arguments, also after the task has moved on', async () => {
  const deps = depsOf()
  const before = await rawTask('t1', deps, 'no-arguments')
  deps.cluster.apply(taskEvent('started', 't1', 6), 6_000)
  const after = await rawTask('t1', deps, 'no-arguments')
  const text = JSON.stringify([before, after])
  expect(text).not.toContain('secret')
  expect(text).not.toContain('12345678901234567890')
  expect(before).toMatchObject({ message: null, hidden: 'arguments' })
  expect(JSON.parse(before.record?.text ?? '')).toMatchObject({ name: 'pay', args: '(hidden)', state: 'RECEIVED' })
  expect(JSON.parse(after.record?.text ?? '')).toMatchObject({ args: '(hidden)', state: 'STARTED' })
})

it('keeps result and message to itself where a function changes what is shown', async () => {
  const raw = await rawTask('t1', depsOf({ shown: (task) => ({ ...task, args: '***' }) }))
  expect(JSON.stringify(raw)).not.toContain('secret')
  expect(raw).toMatchObject({ result: null, message: null, hidden: 'format-task' })
})

it('knows nothing of a task that was never seen', async () => {
  const { cluster: _, ...others } = depsOf()
  const deps = { ...others, cluster: createCluster(MONITOR_DEFAULTS), results: null }
  expect(await rawTask('t2', deps)).toMatchObject({ record: null, result: null, message: null, hasResults: false })
})
