import { expect, test } from 'vitest'
import { Celery } from './celery.ts'

const keysOf = (settings: Record<string, unknown>) =>
  new Celery('proj', settings).queues.declared.map(({ name, exchange, routingKey }) => [name, exchange, routingKey])

/** What `app.amqp.queues` of Celery 5.7 says of the same settings. */
test('a queue in a list that names an exchange and no key has the default one, as kombu has it', () => {
  const task_queues = [
    { name: 'b', exchange: 'bx' },
    { name: 'c', exchange: { name: 'cx', type: 'topic' }, routing_key: 'ck' },
    { name: 'all', exchange: { name: 'all', type: 'fanout' } },
  ]

  expect(keysOf({ task_queues })).toEqual([
    ['b', 'bx', 'celery'],
    ['c', 'cx', 'ck'],
    ['all', 'all', 'celery'],
  ])
  expect(keysOf({ task_queues, task_default_routing_key: 'dk' })[0]).toEqual(['b', 'bx', 'dk'])
})

test('in a mapping it has its own name', () => {
  const task_queues = {
    a: {},
    b: { exchange: 'bx' },
    c: { routing_key: 'ck' },
    d: { exchange: 'dx', exchange_type: 'fanout' },
  }

  expect(keysOf({ task_queues })).toEqual([
    ['a', 'celery', 'a'],
    ['b', 'bx', 'b'],
    ['c', 'celery', 'ck'],
    ['d', 'dx', 'd'],
  ])
})
