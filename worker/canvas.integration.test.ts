/** Canvases over a mixed fleet: each task runs in Python or in TypeScript, by its name; each canvas completes once. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Celery } from '../lib/client/celery.ts'
import { chain, chord, chunks, group, type Signature, xmap, xstarmap } from '../lib/client/index.ts'
import { type CeleryWorker, runPython, startCelery } from '../lib/testing/celery.ts'
import { type RedisServer, startRedis } from '../lib/testing/redis.ts'
import { startUmbelWorker, type UmbelWorker } from '../lib/testing/umbel-worker.ts'
import { waitFor } from '../lib/testing/wait-for.ts'
import { called, createCanvasApp } from '../tests/compat/canvas_tasks.ts'

let redis: RedisServer
let worker: UmbelWorker
let python: CeleryWorker
let app: Celery

beforeAll(async () => {
  redis = await startRedis()
  const served = createCanvasApp()
  worker = await startUmbelWorker({ url: redis.url, app: served, concurrency: 4, queues: ['ts', 'celery'] })
  python = await startCelery({ broker: redis.url, app: 'canvas_tasks', queues: ['py'], concurrency: 4 })
  app = createCanvasApp({ broker: redis.url, backend: redis.url })
})

afterAll(async () => {
  await app.close()
  await worker.stop()
  await python.stop()
  await redis.stop()
})

/** A task by the side on which it runs. */
const on = (side: 'py' | 'ts', name: string, ...args: unknown[]) => app.signature(`${side}.${name}`, { args })
const py = (name: string, ...args: unknown[]) => on('py', name, ...args)
const ts = (name: string, ...args: unknown[]) => on('ts', name, ...args)

async function valueFrom(sig: Signature): Promise<unknown> {
  const result = await sig.applyAsync()
  return result.get({ timeout: 40 })
}

/** Runs a program that ends by printing one JSON value. */
async function fromPython<T>(program: string): Promise<T> {
  const head = `
import json, time
from celery import chain, chord, group
from canvas_tasks import app
py = lambda name, *args: app.signature("py." + name, args)
ts = lambda name, *args: app.signature("ts." + name, args)
def value(sig):
    try:
        return sig.apply_async().get(timeout=40)
    except Exception as e:
        return [type(e).__name__, str(e)]
`
  const printed = await runPython(head + program, { broker: redis.url })
  return JSON.parse(printed.trim().split('\n').at(-1) ?? 'null')
}

describe('canvases that TypeScript sends', () => {
  test.each<[string, () => Signature, unknown]>([
    ['a chain to and fro', () => chain(ts('add', 1, 1), py('add', 1), ts('add', 1), py('add', 1)), 5],
    ['a group', () => group(ts('add', 1, 1), py('add', 2, 2), ts('add', 3, 3)), [2, 4, 6]],
    ['a mixed header, body in TypeScript', () => chord([ts('add', 1, 1), py('add', 2, 2)], ts('tsum')), 6],
    ['a mixed header, body in Python', () => chord([ts('add', 1, 1), py('add', 2, 2)], py('tsum')), 6],
    ['a group piped into a task', () => group(py('add', 1, 1), ts('add', 2, 2)).pipe(ts('tsum')), 6],
    ['an empty header', () => chord([], ts('tsum')), 0],
    [
      'a chord as a step',
      () => chain(ts('add', 1, 1), group(py('add', 1), ts('add', 2)), ts('tsum'), py('add', 10)),
      17,
    ],
    [
      'two chords in a row',
      () =>
        chain(
          ts('add', 1, 1),
          group(py('add', 1), ts('add', 2)),
          py('tsum'),
          group(py('add', 1), ts('add', 2)),
          ts('tsum'),
        ),
      17,
    ],
    [
      'chains in the header',
      () => chord([chain(ts('add', 1, 1), py('add', 5)), chain(py('add', 2, 2), ts('add', 5))], ts('tsum')),
      16,
    ],
    [
      'a chord in the header',
      () => chord([chord([ts('add', 1, 1), py('add', 2, 2)], py('tsum')), ts('add', 3, 3)], ts('tsum')),
      12,
    ],
    [
      'a group in the header keeps its order',
      () => chord([ts('add', 0, 1), group(py('add', 0, 2), ts('add', 0, 3)), py('add', 0, 4)], ts('ident')),
      [[1, 3, 2, 4]],
    ],
    [
      'a chord after which a group comes',
      () => chord([ts('add', 1, 1), py('add', 2, 2)], group(py('tsum'), ts('tsum'))),
      [6, 6],
    ],
    ['a chain that ends in a group', () => chain(ts('add', 1, 1), group(py('add', 1), ts('add', 2))), [3, 4]],
    ['map', () => xmap(ts('add'), [1, 2]).set({ queue: 'ts' }), [2, 3]],
    [
      'starmap',
      () =>
        xstarmap(py('add'), [
          [1, 1],
          [2, 2],
        ]),
      [2, 4],
    ],
    [
      'chunks',
      () =>
        chunks(
          ts('add'),
          [
            [1, 1],
            [2, 2],
            [3, 3],
          ],
          2,
        ),
      [[2, 4], [6]],
    ],
    ['replaced by a task', () => chain(ts('replaced', 'py.add', 1), py('add', 10)), 12],
    ['replaced by a task, in Python', () => chain(py('replaced', 'ts.add', 1), ts('add', 10)), 12],
    ['replaced by a group', () => ts('replacedByGroup', 1), [2, 3]],
    ['replaced by a group, within a chain', () => chain(ts('replacedByGroup', 1), ts('tsum')), 5],
    ['replaced by a chain', () => ts('replacedByChain', 1), 12],
    ['replaced by a chain, within a header', () => chord([ts('replacedByChain', 1), py('add', 1)], ts('tsum')), 14],
    ['one more part for the chord', () => chord([ts('addsToChord', 1), py('add', 1)], ts('tsum')), 104],
  ])('%s', async (_, build, expected) => {
    expect(await valueFrom(build())).toEqual(expected)
  })
})

describe('canvases that Python sends', () => {
  test('of every kind', async () => {
    const answer = await fromPython<unknown>(`
mapped = lambda task, it, **more: app.signature("celery." + task, kwargs={"task": ts("add"), "it": it, **more}).set(queue="ts")
print(json.dumps([
  value(chain(py("add", 1, 1), ts("add", 1), py("add", 1), ts("add", 1))),
  value(chord([py("add", 1, 1), ts("add", 2, 2)], ts("tsum"))),
  value(chain(ts("add", 1, 1), group(py("add", 1), ts("add", 2)), ts("tsum"), py("add", 10))),
  value(chain(py("add", 1, 1), group(py("add", 1), ts("add", 2)), py("tsum"), group(py("add", 1), ts("add", 2)), ts("tsum"))),
  value(chord([chord([ts("add", 1, 1), py("add", 2, 2)], ts("tsum")), ts("add", 3, 3)], py("tsum"))),
  value(chord([ts("add", 1, 1), py("add", 2, 2)], group(py("tsum"), ts("tsum")))),
  value(group(ts("add", 1, 1), chain(ts("add", 1, 1), group(ts("add", 1), py("add", 2)))) | ts("ident")),
  value(mapped("map", [1, 2])), value(mapped("starmap", [[1, 1], [2, 2]])), len(value(mapped("chunks", [[1, 1], [2, 2]], n=1))[1]),
  value(chain(ts("replaced", "py.add", 1), ts("add", 10))), value(chord([ts("replacedByGroup", 1), py("add", 1)], py("ident"))),
  value(chord([ts("addsToChord", 1), py("add", 1)], py("tsum"))),
]))`)

    expect(answer).toEqual([5, 6, 17, 17, 12, [6, 6], [[2, [3, 4]]], [2, 3], [2, 4], 2, 12, [[[2, 3], 2]], 104])
  })
})

describe('failures', () => {
  test('reach the body of a chord, its errbacks and all that comes after', async () => {
    const answer = await fromPython<unknown>(`
from celery.result import GroupResult
red = app.backend.client
def fails(key, canvas):
    r = canvas.apply_async()
    try:
        r.get(timeout=60, follow_parents=False); said = None
    except Exception as e:
        said = [type(e).__name__, str(e).replace(failed(canvas, r), "<id>")]
    return said
def failed(canvas, r):
    while r.parent is not None and not isinstance(r.parent, GroupResult): r = r.parent
    return next((m.id for m in (r.parent or []) if m.failed()), "none")
def told(key):
    end = time.time() + 40
    while not red.llen("errbacks:" + key) and time.time() < end: time.sleep(0.05)
    return red.llen("errbacks:" + key)
bad = lambda side: app.signature(side + ".fail")
err = lambda key: app.signature("py.errback", kwargs={"key": key})
print(json.dumps([
  fails("a", chord([bad("ts"), py("add", 1)], py("tsum").on_error(err("a")))), told("a"),
  fails("b", chord([bad("py"), ts("add", 1)], ts("tsum").on_error(err("b")))), told("b"),
  fails("c", chain(bad("ts"), ts("add", 1), py("add", 1))),
  fails("d", chain(bad("ts"), group(ts("add", 1), py("add", 1)), ts("tsum"))),
  fails("e", chain(ts("add", 1), group(bad("ts"), py("add", 1)), ts("tsum"), ts("add", 1))),
  fails("f", chord([chain(bad("ts"), ts("add", 1)), py("add", 1)], ts("tsum"))),
  fails("g", chord([chord([bad("ts"), ts("add", 1)], ts("tsum")), py("add", 1)], ts("tsum")))[0],
]))`)

    const dependency = (text: string) => ['ChordError', `Dependency <id> raised ${text}`]
    const [tsError, pyError] = ["RangeError('boom')", "ValueError('boom')"]
    expect(answer).toEqual([
      dependency(tsError),
      1,
      dependency(pyError),
      1,
      ['RangeError', 'boom'],
      ['RangeError', 'boom'],
      dependency(tsError),
      dependency(tsError),
      'ChordError',
    ])
  })

  test('a part that nobody knows fails its chord, and a step its chain', async () => {
    const header = await chord([ts('nowhere'), py('add', 1)], ts('tsum')).applyAsync()
    const steps = await chain(ts('nowhere'), ts('add', 1)).applyAsync()

    await expect(header.get({ timeout: 60, followParents: false })).rejects.toThrow(
      /raised Task of kind 'ts\.nowhere' never registered, please make sure it's imported\.$/,
    )
    await expect(steps.get({ timeout: 60, followParents: false })).rejects.toMatchObject({ name: 'NotRegistered' })
  })

  test('an errback with room for the request is called where the task failed', async () => {
    const result = await ts('fail')
      .onError(app.signature('ts.newErrback', { args: ['extra'] }))
      .applyAsync()

    await expect(result.get({ timeout: 40 })).rejects.toThrow('boom')
    await waitFor(() => called.length > 0)
    expect(called[0]).toEqual([result.id, 'RangeError', 'string', 'extra'])
  })
})

test('each of many mixed chords completes once', async () => {
  const counted = await fromPython<number[]>(`
red = app.backend.client
sent = [chord([py("add", n, 1) if n % 2 else ts("add", n, 1) for n in range(i, i + 4)],
    app.signature(("py" if i % 2 else "ts") + ".ident", options={"link": app.signature("py.count", kwargs={"key": str(i)})})).apply_async() for i in range(60)]
right = [r.get(timeout=60) == [[n + 1 for n in range(i, i + 4)]] for i, r in enumerate(sent)]
end = time.time() + 60
ran = lambda: [int(red.get(f"ran:py.count:{i}") or 0) for i in range(60)]
while sum(ran()) < 60 and time.time() < end: time.sleep(0.05)
print(json.dumps([sum(right), ran().count(1)]))`)

  expect(counted).toEqual([60, 60])
})

test('stamps travel with every step', async () => {
  const seen = await fromPython<unknown>(`
canvas = chain(ts("add", 1, 1), py("add", 2), ts("stamps"))
canvas.stamp(monitoring="m-1")
print(json.dumps(canvas.apply_async().get(timeout=40)))`)
  const result = await chain(py('add', 1, 1), ts('stamps'))
    .stamp({ monitoring: ['a', 'b'] })
    .applyAsync()

  expect(seen).toEqual([['monitoring'], { monitoring: 'm-1' }])
  expect(await result.get({ timeout: 40 })).toEqual([['monitoring'], { monitoring: ['a', 'b'] }])
})
