/** Every question to a Python worker and to ours, side by side: the answers have the same shape and the same words. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CeleryWorker, runPython, startCelery } from '../../lib/testing/celery.ts'
import { type RedisServer, startRedis } from '../../lib/testing/redis.ts'
import { startUmbelWorker, type UmbelWorker } from '../../lib/testing/umbel-worker.ts'
import { createProj } from '../../tests/compat/proj.ts'

let redis: RedisServer
let ours: UmbelWorker
let theirs: CeleryWorker

beforeAll(async () => {
  redis = await startRedis()
  theirs = await startCelery({ broker: redis.url, hostname: 'py@test', concurrency: 2, pool: 'prefork' })
  ours = await startUmbelWorker({ url: redis.url, app: createProj(), concurrency: 2 })
})

afterAll(async () => {
  await ours.stop()
  await theirs.stop()
  await redis.stop()
})

/** Method and arguments; both workers answer each of them. */
const QUESTIONS: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['ping', {}],
  ['report', { extra: 1 }],
  ['active_queues', { extra: 1 }],
  ['hello', {}],
  ['query_task', {}],
  ['query_task', { ids: ['nowhere'] }],
  ['query_task', { ids: 'nowhere' }],
  ['query_task', { ids: null }],
  ['query_task', { ids: 5 }],
  ['registered', { taskinfoitems: 5 }],
  ['hello', { from_node: 'other@test', revoked: 5 }],
  ['active', {}],
  ['active', { safe: true }],
  ['reserved', {}],
  ['scheduled', {}],
  ['revoked', {}],
  ['revoke', {}],
  ['revoke', { task_id: 'one' }],
  ['revoke', { task_id: [] }],
  ['revoke', { task_id: null }],
  ['revoke', { task_id: ['two'], terminate: true }],
  ['revoke', { task_id: ['two'], terminate: true, signal: 'NOSUCH' }],
  ['revoke', { task_id: ['two'], terminate: true, signal: 'kill' }],
  ['terminate', {}],
  ['terminate', { signal: 'KILL' }],
  ['terminate', { signal: 'KILL', task_id: 'three' }],
  ['revoke_by_stamped_headers', {}],
  ['revoke_by_stamped_headers', { headers: { team: ['a', 'b'] } }],
  ['revoke_by_stamped_headers', { headers: ['team=c'] }],
  ['revoke_by_stamped_headers', { headers: ['team'] }],
  ['revoke_by_stamped_headers', { headers: 'team' }],
  ['revoke_by_stamped_headers', { headers: { team: 'd' }, terminate: true }],
  ['rate_limit', {}],
  ['rate_limit', { task_name: 'proj.add' }],
  ['rate_limit', { task_name: 'proj.add', rate_limit: '10/m' }],
  ['rate_limit', { task_name: 'proj.add', rate_limit: '10/q' }],
  ['rate_limit', { task_name: 'proj.add', rate_limit: '10/m/x' }],
  ['rate_limit', { task_name: 'proj.add', rate_limit: 'fast' }],
  ['rate_limit', { task_name: 'proj.add', rate_limit: "it's" }],
  ['rate_limit', { task_name: 'proj.nowhere', rate_limit: '1/s' }],
  ['rate_limit', { task_name: 'proj.add', rate_limit: 0 }],
  ['rate_limit', { task_name: 'proj.add', rate_limit: '' }],
  ['time_limit', {}],
  ['time_limit', { task_name: 'proj.nowhere', hard: 1 }],
  ['time_limit', { task_name: 'proj.add', soft: 50, hard: 60 }],
  ['enable_events', { bad: 1 }],
  ['disable_events', { bad: 1 }],
  ['enable_events', {}],
  ['heartbeat', {}],
  ['heartbeat', { bad: 1 }],
  ['pool_grow', { n: 1 }],
  ['pool_shrink', { n: 1 }],
  ['pool_restart', {}],
  ['autoscale', {}],
  ['autoscale', { max: 3, min: 1 }],
  ['autoscale', { most: 3 }],
  ['add_consumer', {}],
  ['add_consumer', { queue: 'extra', exchange: 'extra', exchange_type: 'direct', routing_key: 'extra.key' }],
  ['cancel_consumer', {}],
  ['cancel_consumer', { queue: 'nowhere' }],
  ['election', {}],
  ['election', { id: 'one' }],
  ['objgraph', {}],
  ['nosuch', {}],
]

test('every answer is the one that a Python worker gives', async () => {
  const program = `
import json, sys
from proj import app
questions = json.loads(${JSON.stringify(JSON.stringify(QUESTIONS))})
out = []
with app.connection_for_write() as connection:
    for method, arguments in questions:
        replies = app.control.broadcast(method, arguments=arguments, reply=True, timeout=5, limit=2, connection=connection)
        merged = {}
        for reply in replies: merged.update(reply)
        out.append(merged)
print(json.dumps(out))`
  const printed = await runPython(program, { broker: redis.url })
  const answers: Record<string, unknown>[] = JSON.parse(printed.trim().split('\n').at(-1) ?? '[]')

  const said = (node: string) =>
    answers.map((reply, index) => [...(QUESTIONS[index] ?? []), node in reply ? reply[node] : 'no answer'])
  expect(said('ts@test')).toEqual(said('py@test'))
})

test('the answers with facts have the same keys', async () => {
  const printed = await runPython(
    `
import json
from proj import app
inspect = app.control.inspect(timeout=5)
inspect.limit = 2
def keys(value):
    if isinstance(value, dict): return {k: keys(v) for k, v in sorted(value.items())}
    if isinstance(value, list): return [keys(v) for v in value[:1]]
    return 'number' if isinstance(value, float) or type(value) is int else type(value).__name__ if value is not None else None
out = {}
for what in ("stats", "active_queues", "clock"):
    replies = getattr(inspect, what)()
    out[what] = {node: keys(reply) for node, reply in replies.items()}
print(json.dumps(out))`,
    { broker: redis.url },
  )
  const shapes: Record<string, Record<string, Record<string, unknown>>> = JSON.parse(printed.trim())

  expect(shapes['active_queues']?.['ts@test']).toEqual(shapes['active_queues']?.['py@test'])
  expect(shapes['clock']?.['ts@test']).toEqual(shapes['clock']?.['py@test'])
  const { pool: _, total: __, ...stats } = shapes['stats']?.['ts@test'] ?? {}
  const { pool: ___, total: ____, ...expected } = shapes['stats']?.['py@test'] ?? {}
  expect(stats).toEqual(expected)
})
