/** Python's inspect, control and event receiver against TypeScript workers. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runPython } from '../lib/testing/celery.ts'
import { type RedisServer, startRedis } from '../lib/testing/redis.ts'
import { startUmbelWorker, type UmbelWorker } from '../lib/testing/umbel-worker.ts'
import { createProj } from '../tests/compat/proj.ts'

let redis: RedisServer
let worker: UmbelWorker

beforeAll(async () => {
  redis = await startRedis()
  worker = await startUmbelWorker({ url: redis.url, app: createProj(), concurrency: 2 })
})

afterAll(async () => {
  await worker.stop()
  await redis.stop()
})

async function python<T>(program: string): Promise<T> {
  const head = `
import json, time, threading
from proj import app
inspect = app.control.inspect(timeout=40, destination=["ts@test"])
def one(reply):
    return (reply or {}).get("ts@test")
def control(name, **kw):
    return [r["ts@test"] for r in app.control.broadcast(name, reply=True, timeout=40, limit=1, **kw)]
`
  const printed = await runPython(head + program, { broker: redis.url })
  return JSON.parse(printed.trim().split('\n').at(-1) ?? 'null')
}

describe('inspect', () => {
  test('ping, clock, registered, active_queues, revoked, report', async () => {
    const answer = await python<Record<string, never>>(`
print(json.dumps({"ping": one(inspect.ping()), "clock": one(inspect.clock()), "registered": one(inspect.registered()),
  "queues": one(inspect.active_queues()), "revoked": one(inspect.revoked()), "report": one(inspect.report())}))`)

    expect(answer).toMatchObject({
      ping: { ok: 'pong' },
      clock: { clock: expect.any(Number) },
      registered: expect.arrayContaining(['proj.add', 'proj.fail']),
      revoked: [],
      report: { ok: expect.stringContaining('software -> umbel') },
    })
    const [queue] = answer['queues'] ?? []
    // The keys that a Python worker answers with; programs index them without asking.
    expect(Object.keys(queue ?? {})).toEqual(
      'name exchange routing_key queue_arguments binding_arguments consumer_arguments durable exclusive auto_delete no_ack alias bindings no_declare expires message_ttl max_length max_length_bytes max_priority'.split(
        ' ',
      ),
    )
    expect(queue).toMatchObject({ name: 'celery', routing_key: 'celery', exchange: { name: 'celery', type: 'direct' } })
  })

  test('stats has what Flower reads', async () => {
    const stats = await python<Record<string, unknown>>('print(json.dumps(one(inspect.stats())))')

    expect(stats).toMatchObject({
      total: expect.any(Object),
      pid: process.pid,
      clock: expect.stringMatching(/^\d+$/),
      uptime: expect.any(Number),
      prefetch_count: 8,
      pool: { 'max-concurrency': 2, processes: [process.pid], timeouts: [0, 0] },
      broker: { hostname: '127.0.0.1', port: redis.port, transport: 'redis', virtual_host: '0', alternates: [] },
      rusage: { utime: expect.any(Number), maxrss: expect.any(Number) },
    })
  })

  test('conf stars secrets and keeps names', async () => {
    const conf = await python<Record<string, unknown>>('print(json.dumps(one(inspect.conf(with_defaults=True))))')

    expect(conf).toMatchObject({ result_extended: true, task_default_queue: 'celery', worker_prefetch_multiplier: 4 })
    expect([conf['security_key'], conf['task_default_routing_key']]).toEqual(['********', '********'])
  })

  test('active, reserved, scheduled and query_task show a task with its whole arguments', async () => {
    const answer = await python<Record<string, never>>(`
running = [app.send_task("proj.sleep", (600,), {}) for _ in range(2)]
while not all(r.state == "STARTED" for r in running): time.sleep(0.02)
behind = app.send_task("proj.add", (1,), {"y": 2}); later = app.send_task("proj.add", (5, 6), countdown=600)
while not one(inspect.scheduled()) or not one(inspect.reserved()): time.sleep(0.05)
ids = [running[0].id, behind.id, later.id, "unknown"]
found = one(inspect.query_task(ids))
out = {"active": one(inspect.active()), "reserved": one(inspect.reserved()), "scheduled": one(inspect.scheduled()),
  "states": [found.get(i, [None])[0] for i in ids]}
app.control.revoke([r.id for r in running], terminate=True); later.revoke()
behind.get(timeout=40)
print(json.dumps(out))`)

    expect(answer['active']).toHaveLength(2)
    expect(answer['active']?.[0]).toEqual({
      id: expect.any(String),
      name: 'proj.sleep',
      args: [600],
      kwargs: {},
      type: 'proj.sleep',
      hostname: 'ts@test',
      time_start: expect.any(Number),
      acknowledged: true,
      delivery_info: { exchange: '', routing_key: 'celery', priority: 0, redelivered: false },
      worker_pid: process.pid,
    })
    expect(answer['reserved']).toMatchObject([
      { name: 'proj.add', args: [1], kwargs: { y: 2 }, time_start: null, acknowledged: false, worker_pid: null },
    ])
    expect(answer['scheduled']).toMatchObject([
      { eta: expect.stringMatching(/^\d{4}-.*\+00:00$/), priority: 6, request: { args: [5, 6] } },
    ])
    expect(answer['states']).toEqual(['active', 'reserved', 'scheduled', null])
  })
})

describe('control', () => {
  test('answers, and errors, in Celery’s words', async () => {
    const answers = await python<unknown[][]>(`
print(json.dumps([
  control("rate_limit", arguments={"task_name": "proj.add", "rate_limit": "10/m"}),
  control("rate_limit", arguments={"task_name": "proj.add", "rate_limit": "10/q"}),
  control("rate_limit", arguments={"task_name": "proj.nowhere", "rate_limit": "10/m"}),
  control("rate_limit", arguments={"task_name": "proj.add", "rate_limit": 0}),
  control("time_limit", arguments={"task_name": "proj.add", "hard": 10, "soft": 5}),
  control("time_limit", arguments={"task_name": "proj.nowhere", "hard": 10}),
  control("pool_grow", arguments={"n": 2}), control("pool_shrink", arguments={"n": 2}),
  control("autoscale", arguments={"max": 3, "min": 1}), control("pool_restart"),
  control("enable_events"), control("enable_events", arguments={"bad": 1}), control("nosuch"),
  control("revoke", arguments={"task_id": "r-1"}), control("revoke", arguments={"task_id": "r-2", "terminate": True}),
]))`)

    expect(answers.flat()).toEqual([
      { ok: 'new rate limit set successfully' },
      { error: "KeyError('q')" },
      { error: 'unknown task' },
      { ok: 'rate limit disabled successfully' },
      { ok: 'time limits set successfully' },
      { error: 'unknown task' },
      { ok: 'pool will grow' },
      { ok: 'pool will shrink' },
      { error: "ValueError('Autoscale not enabled')" },
      { error: "ValueError('Pool restarts not enabled')" },
      { ok: 'task events already enabled' },
      { error: 'TypeError("enable_events() got an unexpected keyword argument \'bad\'")' },
      { error: "KeyError('nosuch')" },
      { ok: "tasks {'r-1'} flagged as revoked" },
      { ok: 'terminate: tasks unknown' },
    ])
  })

  test('add_consumer and cancel_consumer change what is consumed', async () => {
    const answer = await python<unknown>(`
r = app.send_task("proj.add", (1, 2), queue="extra")
time.sleep(0.3); before = r.state
added = control("add_consumer", arguments={"queue": "extra"})
value = r.get(timeout=40); names = sorted(q["name"] for q in one(inspect.active_queues()))
gone = control("cancel_consumer", arguments={"queue": "extra"})
wrong = control("add_consumer", arguments={"queue": "extra", "exchange_type": "nosuch"})
print(json.dumps([before, added, value, names, gone, wrong, [q["name"] for q in one(inspect.active_queues())]]))`)

    expect(answer).toEqual([
      'PENDING',
      [{ ok: 'add consumer extra' }],
      3,
      ['celery', 'extra'],
      [{ ok: 'no longer consuming from extra' }],
      [{ error: "ValueError('Unknown exchange type: nosuch')" }],
      ['celery'],
    ])
  })

  test('hello hands over the revoked ids, as mingle asks for them', async () => {
    const answer = await python<unknown>(`
told = control("hello", arguments={"from_node": "py@x", "revoked": ["from-python"]})
itself = control("hello", arguments={"from_node": "ts@test", "revoked": []})
print(json.dumps([told, itself, "from-python" in one(inspect.revoked())]))`)

    expect(answer).toEqual([
      [{ revoked: expect.arrayContaining(['from-python']), clock: expect.any(Number) }],
      [null],
      true,
    ])
  })
})

test('Python’s event State sees the worker alive and every task to its end', async () => {
  const answer = await python<Record<string, never>>(`
state = app.events.State(); types = []
def listen():
    with app.connection() as c:
        recv = app.events.Receiver(c, handlers={"*": lambda e: (state.event(e), types.append(e["type"]))})
        recv.capture(limit=None, timeout=60, wakeup=True)
def quiet():
    try: listen()
    except Exception: pass
def wait(what):
    end = time.time() + 40
    while not what() and time.time() < end: time.sleep(0.02)
t = threading.Thread(target=quiet, daemon=True); t.start(); wait(lambda: "worker-heartbeat" in types)
ok = [app.send_task("proj.add", (i, i)) for i in range(30)]
bad = app.send_task("proj.fail"); steps = app.send_task("proj.progress", (2,)); again = app.send_task("proj.retrying")
lost = app.send_task("proj.nowhere")
ran = [*ok, bad, steps, again, lost]
for r in ran: r.get(timeout=40, propagate=False)
beats = types.count("worker-heartbeat")
wait(lambda: all(r.id in state.tasks and state.tasks[r.id].ready for r in ran) and types.count("worker-heartbeat") > beats + 1)
w = state.workers["ts@test"]
counts = {}
for r in ok: counts[state.tasks[r.id].state] = counts.get(state.tasks[r.id].state, 0) + 1
print(json.dumps({"alive": w.alive, "sw": [w.sw_ident, w.freq], "fields": [w.active is not None, w.processed > 0, len(w.loadavg)], "ok": counts,
  "bad": [state.tasks[bad.id].state, state.tasks[bad.id].exception, bool(state.tasks[bad.id].traceback)],
  "retry": [state.tasks[again.id].state, state.tasks[again.id].retries, types.count("task-retried")],
  "add": [state.tasks[ok[3].id].args, state.tasks[ok[3].id].result, state.tasks[ok[3].id].runtime is not None],
  "lost": [state.tasks[lost.id].state, state.tasks[lost.id].exception],
  "progress": types.count("task-progress"), "heartbeats": types.count("worker-heartbeat") > 0}))`)

  expect(answer).toEqual({
    alive: true,
    sw: ['umbel', 2],
    fields: [true, true, 3],
    ok: { SUCCESS: 30 },
    bad: ['FAILURE', "ValueError('boom')", true],
    retry: ['FAILURE', 2, 2],
    add: ['(3, 3)', '6', true],
    lost: ['FAILURE', "NotRegistered('proj.nowhere')"],
    progress: 2,
    heartbeats: true,
  })
})
