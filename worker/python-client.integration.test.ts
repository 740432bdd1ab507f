/** Python clients send to a TypeScript worker and cannot tell the difference. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runPython } from '../lib/testing/celery.ts'
import { type RedisServer, startRedis } from '../lib/testing/redis.ts'
import { startUmbelWorker, type UmbelWorker } from '../lib/testing/umbel-worker.ts'
import { createProj } from '../tests/compat/proj.ts'

let redis: RedisServer
let worker: UmbelWorker

beforeAll(async () => {
  redis = await startRedis()
  worker = await startUmbelWorker({ url: redis.url, app: createProj(), concurrency: 4 })
})

afterAll(async () => {
  await worker.stop()
  await redis.stop()
})

/** Runs a program that ends by printing one JSON value. */
async function python<T>(program: string): Promise<T> {
  const head = 'import json, time\nfrom celery import chain, group\nfrom proj import app\n'
  const helpers = `
def meta(r):
    return r.backend.get_task_meta(r.id)
def outcome(r, timeout=60):
    try:
        return ["ok", r.get(timeout=timeout, disable_sync_subtasks=False)]
    except Exception as e:
        return [type(e).__name__, str(e)]
`
  const printed = await runPython(head + helpers + program, { broker: redis.url })
  return JSON.parse(printed.trim().split('\n').at(-1) ?? 'null')
}

describe('results', () => {
  test('positional and keyword arguments, defaults, extended fields', async () => {
    const answer = await python<unknown>(`
a = app.send_task("proj.add", (2, 3)); b = app.send_task("proj.add", (), {"y": 4, "x": 3}); c = app.send_task("proj.add", (7,))
values = [r.get(timeout=40) for r in (a, b, c)]
m = a.backend.get_task_meta(a.id)
print(json.dumps([values, a.name, a.args, a.kwargs, a.worker, a.retries, a.queue, a.state, a.traceback, a.children, a.date_done.utcoffset().total_seconds()]))`)

    expect(answer).toEqual([[5, 7, 8], 'proj.add', [2, 3], {}, 'ts@test', 0, 'celery', 'SUCCESS', null, [], 0])
  })

  test('failures: the class, the message and a traceback', async () => {
    const [outcome, state, traceback] = await python<[string[], string, string]>(`
r = app.send_task("proj.fail", ("boom: \\u00e9",))
print(json.dumps([outcome(r), r.state, r.traceback]))`)

    expect(outcome).toEqual(['ValueError', 'boom: é'])
    expect(state).toBe('FAILURE')
    expect(traceback).toContain('ValueError: boom')
  })

  test('arguments that do not fit fail with Python’s TypeError, before the body', async () => {
    const outcomes = await python<string[][]>(`
calls = [((), {}), ((1, 2, 3), {}), ((1,), {"z": 1}), ((1,), {"x": 1})]
print(json.dumps([outcome(app.send_task("proj.add", a, k)) for a, k in calls]))`)

    expect(outcomes).toEqual([
      ['TypeError', "add() missing 1 required positional argument: 'x'"],
      ['TypeError', 'add() takes from 1 to 2 positional arguments but 3 were given'],
      ['TypeError', "add() got an unexpected keyword argument 'z'"],
      ['TypeError', "add() got multiple values for argument 'x'"],
    ])
  })

  test('a task that is not registered', async () => {
    const answer = await python<unknown>(`
r = app.send_task("proj.nowhere")
print(json.dumps([outcome(r), r.state]))`)

    expect(answer).toEqual([['NotRegistered', expect.stringContaining('proj.nowhere')], 'FAILURE'])
  })

  test('a value that no serializer takes is an EncodeError', async () => {
    const [name] = await python<string[]>('print(json.dumps(outcome(app.send_task("proj.unserializable"))))')

    expect(name).toBe('EncodeError')
  })

  test('states of the task’s own, seen while it runs', async () => {
    const seen = await python<[string[], number]>(`
r = app.send_task("proj.progress", (6,))
seen = []
while not r.ready():
    m = meta(r)
    if m["status"] not in seen: seen.append(m["status"])
    if m["status"] == "PROGRESS": assert m["result"]["of"] == 6
    time.sleep(0.01)
print(json.dumps([seen, r.get(timeout=40)]))`)

    expect(seen[0]).toContain('PROGRESS')
    expect(seen[1]).toBe(6)
  })

  test('ignore_result stores nothing; Ignore leaves STARTED', async () => {
    const answer = await python<unknown>(`
a = app.send_task("proj.add", (1, 2), ignore_result=True)
b = app.send_task("proj.ignored")
c = app.send_task("proj.add", (1, 2)); c.get(timeout=40)
while b.state == "PENDING": time.sleep(0.02)
print(json.dumps([app.backend.get_task_meta(a.id)["status"], b.state]))`)

    expect(answer).toEqual(['PENDING', 'STARTED'])
  })
})

describe('the life of a message', () => {
  test('retry keeps the id, counts, and ends with the cause', async () => {
    const answer = await python<unknown>(`
r = app.send_task("proj.retrying", (0.1,))
print(json.dumps([outcome(r), r.retries, r.state]))`)

    expect(answer).toEqual([['KeyError', "'again'"], 2, 'FAILURE'])
  })

  test('countdown: not before its time', async () => {
    const [elapsed, value] = await python<[number, number]>(`
t = time.time(); r = app.send_task("proj.add", (1, 1), countdown=1.5)
value = r.get(timeout=40); print(json.dumps([time.time() - t, value]))`)

    expect(elapsed).toBeGreaterThan(1.45)
    expect(elapsed).toBeLessThan(40)
    expect(value).toBe(2)
  })

  test('expired and revoked messages do not run', async () => {
    const answer = await python<unknown>(`
late = app.send_task("proj.add", (1, 1), countdown=1, expires=0.5)
gone = app.send_task("proj.add", (1, 1), countdown=40)
time.sleep(0.3); gone.revoke(wait=True, timeout=10)
print(json.dumps([outcome(late), outcome(gone)]))`)

    expect(answer).toEqual([
      ['TaskRevokedError', 'expired'],
      ['TaskRevokedError', 'revoked'],
    ])
  })

  test('revoke with terminate ends a running task', async () => {
    const [outcome, seconds, active] = await python<[string[], number, number]>(`
r = app.send_task("proj.sleep", (600,))
while r.state != "STARTED": time.sleep(0.02)
t = time.time(); r.revoke(terminate=True)
o = outcome(r); seconds = time.time() - t
active = lambda: len(app.control.inspect(["ts@test"], timeout=40).active()["ts@test"])
while active() and time.time() < t + 60: time.sleep(0.02)
print(json.dumps([o, seconds, active()]))`)

    expect(outcome).toEqual(['TaskRevokedError', 'terminated'])
    expect(seconds).toBeLessThan(60)
    expect(active).toBe(0)
  })

  test('time limits: soft asks, hard ends', async () => {
    const answer = await python<string[][]>(
      'print(json.dumps([outcome(app.send_task(n)) for n in ("proj.soft_limited", "proj.hard_limited")]))',
    )

    expect(answer[0]).toEqual(['ok', 'SoftTimeLimitExceeded: SoftTimeLimitExceeded()'])
    expect(answer[1]?.[0]).toBe('TimeLimitExceeded')
  })

  test('late acks, reject, context', async () => {
    const answer = await python<unknown>(`
a = app.send_task("proj.late"); b = app.send_task("proj.rejected"); c = app.send_task("proj.context", headers={"my": 1})
print(json.dumps([outcome(a), outcome(b)[0], c.get(timeout=40)]))`)

    expect(answer).toEqual([
      ['ok', 'late'],
      'Reject',
      { retries: 0, hostname: 'ts@test', headers: { my: 1 }, routing_key: 'celery' },
    ])
  })
})

describe('what follows a task', () => {
  test('chains run on, with parents and roots', async () => {
    const [value, parents] = await python<[number, string[][]]>(`
r = chain(app.signature("proj.add", (1, 2)), app.signature("proj.add", (10,)), app.signature("proj.add", (100,))).apply_async()
value = r.get(timeout=40); first = r.parent.parent
print(json.dumps([value, [[x.backend.get_task_meta(x.id).get("parent_id"), x.parent.id] for x in (r, r.parent)]]))`)

    expect(value).toBe(113)
    for (const [stored, expected] of parents) expect(stored).toBe(expected)
  })

  test('a chain that fails fails to its end', async () => {
    const answer = await python<unknown>(`
r = chain(app.signature("proj.fail", ("stop",)), app.signature("proj.echo", ()), app.signature("proj.echo", ())).apply_async()
print(json.dumps(outcome(r)))`)

    expect(answer).toEqual(['ValueError', 'stop'])
  })

  test('link and link_error', async () => {
    const answer = await python<unknown>(`
ok = app.signature("proj.echo", ()); ok.freeze(); bad = app.signature("proj.echo", ()); bad.freeze()
a = app.send_task("proj.add", (1, 2), link=ok); b = app.send_task("proj.fail", (), link_error=bad)
wait = lambda s: app.AsyncResult(s.id).get(timeout=40)
print(json.dumps([wait(ok), wait(bad) == [[b.id], {}]]))`)

    expect(answer).toEqual([[[3], {}], true])
  })

  test('children know their parent', async () => {
    const answer = await python<unknown>(`
r = app.send_task("proj.parent"); v = r.get(timeout=40)
child = app.AsyncResult(v["child"]); child.get(timeout=40)
print(json.dumps([v["me"] == r.id, [c.id for c in r.children] == [child.id], child.backend.get_task_meta(child.id)["parent_id"] == r.id]))`)

    expect(answer).toEqual([true, true, true])
  })
})

test('messages that kill a Python worker are refused, and the next one runs', async () => {
  const answer = await python<unknown>(`
import base64, uuid
ch = app.connection().channel(); red = ch.client
def push(headers, body, **over):
    env = {"body": base64.b64encode(json.dumps(body).encode()).decode(), "content-encoding": "utf-8", "content-type": "application/json",
      "headers": headers, "properties": {"delivery_mode": 2, "delivery_info": {"exchange": "", "routing_key": "celery"}, "priority": 0,
      "body_encoding": "base64", "delivery_tag": str(uuid.uuid4())}}
    env.update(over); red.lpush("celery", json.dumps(env))
embed = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}
red.lpush("celery", "{not json"); red.lpush("celery", "[]"); red.lpush("celery", "{}")
push({"task": "proj.add"}, [[1], {}, embed])
push({"task": "proj.add", "id": "p1"}, [[1], {}])
push({"task": "proj.add", "id": "p2"}, [[1], {}, embed], **{"content-type": None})
push({"task": "proj.add", "id": "p3", "eta": "tomorrow"}, [[1], {}, embed])
push({}, {"hello": 1}); push(None, [1]); push({"task": 5, "id": 5}, [[1], {}, embed])
push({"task": "proj.add", "id": "p4"}, [[1], {}, embed], **{"content-type": "application/x-python-serialize"})
push({}, {"task": "proj.add", "id": "v1", "args": [20, 22], "kwargs": {}, "retries": 0, "eta": None})
r = app.send_task("proj.add", (1, 2))
print(json.dumps([outcome(r), app.AsyncResult("v1").get(timeout=40), red.llen("celery"), red.hlen("unacked")]))`)

  expect(answer).toEqual([['ok', 3], 42, 0, 0])
})
