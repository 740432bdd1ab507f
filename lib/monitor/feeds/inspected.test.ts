import { describe, expect, it } from 'vitest'
import type { WorkerAnswers } from '../contracts.ts'
import { activeQueuesOf, brokerFacts, configurationOf, otherFacts, poolFacts } from './inspected.ts'

const answer = (value: unknown) => ({ atMs: 0, value })

/** As Celery 5.7 with --autoscale=3,1 answers, and one bootstep that adds something of its own. */
const ANSWERS: WorkerAnswers = {
  stats: answer({
    total: { 'proj.add': 1 },
    pid: 3256,
    clock: '6',
    uptime: 4,
    pool: {
      implementation: 'celery.concurrency.prefork:TaskPool',
      'max-concurrency': 1,
      processes: [3326],
      'max-tasks-per-child': 'N/A',
      'put-guarded-by-semaphore': false,
      timeouts: [0, 0],
      writes: { total: 0, strategy: 'fair' },
    },
    autoscaler: { max: 3, min: 1, current: 1, qty: 0 },
    broker: { hostname: '127.0.0.1', transport: 'redis' },
    prefetch_count: 12,
    rusage: { utime: 0.6 },
    tenant: { name: 'acme' },
  }),
  active_queues: answer([
    {
      name: 'celery',
      exchange: { name: 'celery', type: 'direct' },
      routing_key: 'celery',
      queue_arguments: { 'x-max-priority': 9 },
      binding_arguments: null,
      durable: true,
      exclusive: false,
      auto_delete: false,
      no_ack: false,
      alias: null,
    },
    { name: 'bare' },
  ]),
}

const named = (facts: readonly { readonly name: string; readonly value: string }[]) =>
  Object.fromEntries(facts.map(({ name, value }) => [name, value]))

describe('what a worker says of itself', () => {
  it('has all of its pool, also what Umbel has no word for', () => {
    expect(named(poolFacts(ANSWERS))).toEqual({
      Pool: 'prefork',
      Concurrency: '1',
      'Processes (pid)': '[3326]',
      'Tasks per child': 'N/A',
      'Time limits (hard, soft)': '[0, 0]',
      Prefetch: '12',
      'Process id of the worker': '3256',
      Autoscale: '1 to 3',
      'Put guarded by semaphore': 'False',
      Writes: "{'total': 0, 'strategy': 'fair'}",
    })
  })

  it('has what bootsteps add, and nothing twice', () => {
    expect(named(otherFacts(ANSWERS))).toEqual({ tenant: "{'name': 'acme'}" })
    expect(named(brokerFacts(ANSWERS))).toEqual({ hostname: '127.0.0.1', transport: 'redis' })
    const older = { stats: answer({ consumer: { broker: { hostname: 'older' } } }) }
    expect(named(brokerFacts(older))).toEqual({ hostname: 'older' })
  })

  it('has how each queue is declared', () => {
    const [celery, bare] = activeQueuesOf(ANSWERS)
    expect(celery).toEqual({
      ...{ name: 'celery', exchange: 'celery', routingKey: 'celery', alias: '' },
      ...{ durable: true, exclusive: false, autoDelete: false, noAck: false },
      ...{ queueArguments: "{'x-max-priority': 9}", bindingArguments: '' },
    })
    expect(bare).toMatchObject({ exchange: '', durable: null, queueArguments: '' })
  })

  it('is empty before it answered', () => {
    for (const facts of [poolFacts({}), otherFacts({}), brokerFacts({}), activeQueuesOf({})]) expect(facts).toEqual([])
  })
})

it('says of a setting what other workers have instead', () => {
  const told = (value: unknown) => ({ conf: { atMs: 0, value } })
  const settings = configurationOf(told({ worker_concurrency: 4, timezone: 'UTC', include: ['a', 'b'] }), [
    ['w2', told({ worker_concurrency: 8, timezone: 'UTC', include: ['b', 'a'] })],
    ['w3', told({ worker_concurrency: 8, include: ['a', 'b'] })],
    ['w4', {}],
  ])

  expect(settings).toEqual([
    { name: 'include', value: "['a', 'b']", others: null },
    { name: 'timezone', value: 'UTC', others: 'not set (w3)' },
    { name: 'worker_concurrency', value: '4', others: '8 (w2, w3)' },
  ])
})
