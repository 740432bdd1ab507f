import { expect, it } from 'vitest'
import type { TaskRecord } from '../../monitor/records.ts'
import { metricsText } from '../metrics/metrics-text.ts'
import { flowerTask } from './flower-task.ts'

const task: TaskRecord = {
  uuid: 'id-1',
  name: 'proj.add',
  state: 'SUCCESS',
  sent: null,
  received: 1398505411,
  started: 1398505411.108985,
  succeeded: 1398505411.124802,
  failed: null,
  retried: null,
  revoked: null,
  rejected: null,
  timestamp: 1398505411.124802,
  args: '(3, "ü")',
  kwargs: '{}',
  result: "'7'",
  exception: null,
  traceback: null,
  eta: null,
  expires: null,
  retries: 0,
  runtime: 0.01610181899741292,
  queue: 'celery',
  exchange: '',
  routingKey: 'celery',
  clock: 1079,
  client: null,
  worker: 'w@h',
  rootId: 'id-0',
  parentId: null,
  extra: { progress: 1 },
  attempts: null,
  source: 'event',
  version: 3,
}

const KEYS =
  'uuid name state received sent started rejected succeeded failed retried revoked args kwargs eta expires retries ' +
  'result exception timestamp runtime traceback exchange routing_key clock client root root_id parent parent_id children'

it("has Flower's 31 keys in its order, worker last in a list", () => {
  expect(Object.keys(JSON.parse(flowerTask(task, ['c'], 'last')))).toEqual([...KEYS.split(' '), 'worker'])
})

it('leaves an unknown worker out of a list and says null in the single answer', () => {
  const alone = { ...task, worker: null }
  expect(Object.keys(JSON.parse(flowerTask(alone, [], 'last')))).toEqual(KEYS.split(' '))
  const keys = Object.keys(JSON.parse(flowerTask(alone, [], 'in-place')))
  expect(keys.indexOf('worker')).toBe(keys.indexOf('retries') + 1)
  expect(JSON.parse(flowerTask(alone, [], 'in-place')).worker).toBeNull()
})

it('writes times as Python floats, exactly', () => {
  const text = flowerTask(task, [], 'last')
  expect(text).toContain('"received": 1398505411.0,')
  expect(text).toContain('"started": 1398505411.108985,')
  expect(text).toContain('"runtime": 0.01610181899741292,')
  expect(text).toContain('"clock": 1079,')
})

it('writes metrics with sorted labels and escaped values', () => {
  const samples = [{ labels: { worker: 'w', type: 'a"b\\c\nd', task: '' }, value: 3 }]
  expect(metricsText([{ name: 'flower_events_total', type: 'counter', help: 'Number\nof events', samples }])).toBe(
    '# HELP flower_events_total Number\\nof events\n# TYPE flower_events_total counter\n' +
      'flower_events_total{task="",type="a\\"b\\\\c\\nd",worker="w"} 3.0\n',
  )
})
