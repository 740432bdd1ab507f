/** Python reads what this backend stores and the other way round; chords are counted by both together (wire.md E). */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { decodeBody } from '../../protocol/body.ts'
import { parseEnvelope } from '../../protocol/message.ts'
import { nodeCodecs } from '../../runtime/codecs.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { runPython } from '../../testing/celery.ts'
import { type RedisServer, startRedis } from '../../testing/redis.ts'
import { meta } from '../conformance.ts'
import type { ChordPart, ResultStore } from '../results.ts'
import { createRedisResults, type RedisResultsOptions } from './redis-results.ts'

let server: RedisServer
const opened: ResultStore[] = []

beforeAll(async () => {
  server = await startRedis()
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()))
  await server.connect().flushall()
})
afterAll(() => server.stop())

function createStore(options: Partial<RedisResultsOptions> = {}): ResultStore {
  const store = createRedisResults({ url: server.url, runtime: createRuntime(), ...options })
  opened.push(store)
  return store
}

/** Runs a program with `app`; what it prints as JSON. */
async function python(program: string, settings = '{}'): Promise<unknown> {
  const head = `import json\nfrom proj import app\napp.conf.update(${settings})\n`
  return JSON.parse(await runPython(`${head}${program}`, { broker: server.url, backend: server.url }))
}

const COMPRESSED = `{'result_compression': 'gzip'}`
const PREFIXED = `{'result_backend_transport_options': {'global_keyprefix': 'team'}}`
const leaf = (id: string) => [[id, null], null]
const part = (id: string, groupIndex: number, result: unknown): ChordPart => ({
  taskId: id,
  groupIndex,
  state: 'SUCCESS',
  result,
})

describe.each([
  ['plain', {}, '{}'],
  ['compressed', { compression: 'gzip' }, COMPRESSED],
  ['prefixed', { keyPrefix: 'team' }, PREFIXED],
] as const)('%s', (_name, options, settings) => {
  it('Python waits for what is stored here, and restores groups saved here', async () => {
    const store = createStore(options)
    await store.saveGroup({ id: 'g', parent: leaf('p'), results: [leaf('a'), [['i', null], [leaf('b')]]] }, 60_000)
    const waiting = python(
      `
from celery.result import GroupResult
group = GroupResult.restore('g', app=app)
try:
    app.AsyncResult('c').get(timeout=40)
except ValueError as error:
    failed = [type(error).__module__, list(error.args)]
print(json.dumps([group.get(timeout=40), group.as_tuple(), failed]))`,
      settings,
    )
    const failure = { exc_type: 'ValueError', exc_message: ['x', 42], exc_module: 'builtins' }
    await store.set(meta('a', 'STARTED', { pid: 1 }), 60_000)
    await store.set(meta('c', 'FAILURE', failure), 60_000)
    await store.set(meta('a', 'SUCCESS', [1, 'ü']), 60_000)
    await store.set(meta('b', 'SUCCESS', null), 60_000)
    const tuple = [
      ['g', leaf('p')],
      [leaf('a'), [['i', null], [leaf('b')]]],
    ]
    expect(await waiting).toEqual([[[1, 'ü'], [null]], tuple, ['builtins', ['x', 42]]])
  })

  it('what Python stores is heard and restored here', async () => {
    const store = createStore(options)
    const heard: unknown[] = []
    await store.subscribe(['a'], (one) => heard.push([one.status, one.result]))
    await python(
      `
from celery.result import AsyncResult, GroupResult
app.backend.store_result('a', {'done': 1}, 'PROGRESS')
app.backend.store_result('a', [1, 'ü'], 'SUCCESS')
GroupResult('g', [AsyncResult('a'), GroupResult('i', [AsyncResult('b')])]).save()
print('null')`,
      settings,
    )
    await expect
      .poll(() => heard)
      .toEqual([
        ['PROGRESS', { done: 1 }],
        ['SUCCESS', [1, 'ü']],
      ])
    const results = [leaf('a'), [['i', null], [leaf('b')]]]
    expect(await store.getGroup('g')).toEqual({ id: 'g', parent: null, results })
  })
})

describe.each([
  ['by score', true, { chordOrdered: true }],
  ['in a list, by plain commands', false, { chordOrdered: false, plain: true }],
  ['compressed', true, { compression: 'gzip' }],
] as const)('chords counted by Python and here (%s)', (_name, ordered, options) => {
  const CHORDS = 60

  it(`complete once, ${CHORDS} of ${CHORDS}`, async () => {
    if ('plain' in options) {
      await server.connect().call('ACL', 'SETUSER', 'plain', 'on', '>secret', '~*', '&*', '+@all', '-@scripting')
    }
    const url = 'plain' in options ? server.url.replace('redis://', 'redis://plain:secret@') : server.url
    const store = createStore({ url, ...options })
    const { chords } = store
    if (chords === null) throw new Error('no chords')
    const numbers = Array.from({ length: CHORDS }, (_, index) => index)
    // Half of the sizes come from here, half from Python.
    await Promise.all(numbers.filter((n) => n % 2 === 0).map((n) => chords.setSize(`g${n}`, 4)))
    const counting = python(
      `
from types import SimpleNamespace
for n in range(${CHORDS}):
    if n % 2: app.backend.set_chord_size(f'g{n}', 4)
    for k in (0, 2):
        body = app.signature('body', options={'task_id': f'body{n}'})
        request = SimpleNamespace(id=f't{n}-{k}', group=f'g{n}', group_index=k, chord=dict(body))
        app.backend.on_chord_part_return(request, 'SUCCESS', k)
        app.backend.on_chord_part_return(request, 'SUCCESS', k)
print('null')`,
      `{'result_backend_transport_options': {'result_chord_ordered': ${ordered ? 'True' : 'False'}},
 'result_compression': ${'compression' in options ? "'gzip'" : 'None'}, 'task_default_queue': 'bodies'}`,
    )
    const bodies = new Map<string, unknown>()
    // Slowly, so that both are at it together.
    await expect.poll(() => server.connect().exists('celery-taskset-meta-g0.j'), { timeout: 60_000 }).toBe(1)
    for (const n of numbers) {
      for (const k of [3, 1]) {
        const claim = await chords.addPart(`g${n}`, part(`t${n}-${k}`, k, k))
        if (claim === null) continue
        expect(bodies.has(`body${n}`)).toBe(false)
        bodies.set(
          `body${n}`,
          (await claim.parts()).map(({ result }) => result),
        )
        expect(await claim.extend(20_000)).toBe(true)
        await claim.done()
      }
    }
    await counting
    for (const raw of await server.connect().lrange('bodies', 0, -1)) {
      const message = parseEnvelope(raw)
      if (!message.ok) throw new Error(message.why)
      const id = String(message.value.headers['id'])
      expect(bodies.has(id)).toBe(false)
      const body = decodeBody(message.value, { codecs: nodeCodecs })
      bodies.set(id, Array.isArray(body) && Array.isArray(body[0]) ? body[0][0] : body)
    }
    expect(bodies.size).toBe(CHORDS)
    for (const values of bodies.values()) {
      const sorted = Array.isArray(values) ? [...values].sort() : values
      expect(ordered ? values : sorted).toEqual([0, 1, 2, 3])
    }
    // Whoever finished them left the same behind.
    const left = await server.connect().keys('celery-taskset-meta-*')
    expect(left.filter((key) => !key.endsWith('.c'))).toEqual([])
    expect(await server.connect().get('celery-taskset-meta-g0.c')).toBe('done')
  })
})

it('reads the parts of a worker before 5.7, which keeps no marks of what it has counted', async () => {
  const redis = server.connect()
  const { chords } = createStore()
  await chords?.setSize('g', 2)
  await redis.zadd('celery-taskset-meta-g.j', 0, JSON.stringify([1, 'a', 'SUCCESS', 'old']))
  const claim = await chords?.addPart('g', part('b', 1, 'new'))
  expect((await claim?.parts())?.map(({ taskId, result }) => [taskId, result])).toEqual([
    ['a', 'old'],
    ['b', 'new'],
  ])
  for (const suffix of ['j', 's', 'd'])
    expect(await redis.ttl(`celery-taskset-meta-g.${suffix}`)).toBeGreaterThan(86_000)
  expect(await redis.ttl('celery-taskset-meta-g.c')).toBeLessThanOrEqual(6)
})
