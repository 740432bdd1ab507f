/** Workers among workers: what they tell each other, which queues they take from, what outlives one of them. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Broker } from '../lib/broker/broker.ts'
import { openBroker } from '../lib/broker/open-broker.ts'
import type { Celery } from '../lib/client/celery.ts'
import { decodeEvents } from '../lib/protocol/events.ts'
import { openResults } from '../lib/results/open-results.ts'
import type { ResultStore } from '../lib/results/results.ts'
import { createLog } from '../lib/runtime/log.ts'
import { createRuntime } from '../lib/runtime/runtime.ts'
import { runPython, startCelery } from '../lib/testing/celery.ts'
import { type RedisServer, startRedis } from '../lib/testing/redis.ts'
import { waitFor } from '../lib/testing/wait-for.ts'
import { createProj } from '../tests/compat/proj.ts'
import { startWorker, type Worker, type WorkerOptions } from './worker.ts'

let redis: RedisServer
let folder: string
const ends: (() => Promise<void>)[] = []

beforeAll(async () => {
  redis = await startRedis()
  folder = await mkdtemp(join(tmpdir(), 'umbel-fleet-'))
})

afterAll(async () => {
  await redis.stop()
  await rm(folder, { recursive: true })
})

beforeEach(async () => {
  const client = redis.connect()
  await client.flushall()
})

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

interface Started {
  readonly worker: Worker
  readonly app: Celery
  readonly broker: Broker
  readonly results: ResultStore
  /** Lines of its log. */
  readonly lines: string[]
}

async function start(options: Partial<WorkerOptions> = {}, settings: Record<string, unknown> = {}): Promise<Started> {
  const lines: string[] = []
  const log = createLog('debug', (line) => void lines.push(line), Date.now)
  const runtime = createRuntime({ log })
  const broker = openBroker(redis.url, { runtime })
  const results = openResults(redis.url, { runtime })
  await broker.open()
  await results.open()
  const app = createProj(settings)
  app.attach({ broker, results, runtime })
  const worker = await startWorker({ app, broker, results, runtime, hostname: 'ts@test', concurrency: 2, ...options })
  ends.push(async () => {
    await worker.stop('cold')
    await results.close()
    await broker.close()
  })
  return { worker, app, broker, results, lines }
}

async function python<T>(program: string): Promise<T> {
  const head = `
import json, time
from proj import app
def ask(node, method, **arguments):
    replies = app.control.broadcast(method, arguments=arguments, destination=[node], reply=True, timeout=40)
    return replies[0][node] if replies else None
`
  const printed = await runPython(head + program, { broker: redis.url })
  return JSON.parse(printed.trim().split('\n').at(-1) ?? 'null')
}

describe('neighbours', () => {
  test('what one has revoked, the next one knows before it takes its first message; and Python learns it from us', async () => {
    const first = await start({ hostname: 'one@test', queues: ['elsewhere'] })
    await first.app.sendTask('proj.add', [1, 1], {}, { taskId: 'unwanted' })
    await python(`print(json.dumps(ask("one@test", "revoke", task_id="unwanted")))`)

    const second = await start({ hostname: 'two@test' })
    const client = redis.connect()
    await waitFor(async () => (await client.hlen('unacked')) === 0 && (await client.llen('celery')) === 0)
    expect(await second.app.result('unwanted').state()).toBe('REVOKED')
    expect(second.lines.join('')).toContain('mingle: sync with 1 nodes')

    const theirs = await startCelery({ broker: redis.url, hostname: 'py@test', queues: ['third'], pool: 'solo' })
    ends.push(() => theirs.stop())
    expect(theirs.output()).toContain('mingle: sync with 2 nodes')
    expect(await python(`print(json.dumps(ask("py@test", "revoked")))`)).toEqual(['unwanted'])
    // They hear of each other by their heartbeats, both ways.
    await waitFor(() => second.lines.some((line) => line.includes('py@test joined the party')))
    await waitFor(() => second.lines.some((line) => line.includes('one@test joined the party')))
  })

  test('a worker that is gone without a word is missed', async () => {
    const { lines, broker } = await start()
    const { createEventEnvelope } = await import('../lib/protocol/events.ts')
    const event = { hostname: 'gone@test', pid: 1, clock: 7, freq: 0.5, timestamp: Date.now() / 1000 }
    const say = (type: string) =>
      broker.fanout.publish(
        'celeryev',
        type.replace('-', '.'),
        createEventEnvelope({ ...event, type }, { hostname: event.hostname, newId: () => crypto.randomUUID() }),
      )
    await say('worker-online')
    await waitFor(() => lines.some((line) => line.includes('gone@test joined the party')))
    await waitFor(() => lines.some((line) => line.includes('missed heartbeat from gone@test')))
  })

  test('an election is won by one of them, and a lone worker survives its own', async () => {
    const { app, lines } = await start({ hostname: 'one@test' })
    const action = { task: 'proj.add', args: [20, 22], kwargs: {}, options: { task_id: 'elected' } }
    await python(`
app.control.broadcast("election", arguments={"id": "e-1", "topic": "task", "action": ${JSON.stringify(action)}})
print("null")`)
    await waitFor(() => lines.some((line) => line.includes("I won the election 'e-1'")))
    await waitFor(() => lines.some((line) => line.includes('proj.add') && line.includes('succeeded')))

    const second = await start({ hostname: 'two@test' })
    await waitFor(() => lines.some((line) => line.includes('two@test joined the party')))
    await waitFor(() => second.lines.some((line) => line.includes('one@test joined the party')))
    await app.control.broadcast('election', { arguments: { id: 'e-2', topic: 'task', action } })
    await waitFor(() => [...lines, ...second.lines].filter((line) => line.includes("'e-2'")).length === 2)
    expect([...lines, ...second.lines].filter((line) => line.includes("I won the election 'e-2'"))).toHaveLength(1)
  })

  test('without heartbeat, gossip, mingle and remote control it says nothing of itself and still works', async () => {
    const types: string[] = []
    const other = await start({ hostname: 'other@test', queues: ['elsewhere'], withoutHeartbeat: true })
    await other.broker.fanout.subscribe('celeryev', '#', ({ raw }) =>
      decodeEvents(
        raw,
        0,
        ({ type, hostname }) => hostname === 'quiet@test' && types.push(type),
        () => {},
      ),
    )
    const quiet = { withoutHeartbeat: true, withoutGossip: true, withoutMingle: true, taskEvents: false }
    const { app } = await start({ hostname: 'quiet@test', ...quiet }, { worker_enable_remote_control: false })

    expect(await (await app.sendTask('proj.add', [1, 2])).get({ timeout: 40 })).toBe(3)
    expect(await python(`print(json.dumps(app.control.inspect(timeout=3).ping()))`)).toEqual({
      'other@test': { ok: 'pong' },
    })
    expect(types).toEqual([])
  })
})

describe('queues', () => {
  test('-Q takes names and aliases, -X takes away, worker_direct adds one; unknown ones may be refused', async () => {
    const settings = {
      task_queues: [
        { name: 'first', alias: 'one' },
        { name: 'second', exchange: 'second', routing_key: 'key.second' },
      ],
      worker_direct: true,
    }
    const { app } = await start({ queues: ['one', 'made'], excludeQueues: ['second'] }, settings)
    const names = await python<string[]>(`print(json.dumps([q["name"] for q in ask("ts@test", "active_queues")]))`)
    expect(names).toEqual(['first', 'made', 'ts@test.dq2'])
    for (const queue of names) {
      expect(await (await app.sendTask('proj.add', [1, 2], {}, { queue })).get({ timeout: 40 })).toBe(3)
    }
    // As Python addresses a worker directly.
    expect(
      await python(`
from celery.utils.nodenames import worker_direct
with app.connection_for_write() as c:
    r = app.send_task("proj.add", (20, 22), queue=worker_direct("ts@test"), connection=c)
print(json.dumps(r.get(timeout=40)))`),
    ).toBe(42)

    const strict = { ...settings, task_create_missing_queues: false }
    await expect(start({ hostname: 'strict@test', queues: ['nowhere'] }, strict)).rejects.toThrow(/nowhere/)
  })

  test('every worker runs a broadcast once, whoever sent it', async () => {
    const settings = { task_queues: [{ name: 'all', exchange: { name: 'all', type: 'fanout' } }] }
    const one = await start({ hostname: 'one@test' }, settings)
    const two = await start({ hostname: 'two@test' }, settings)
    const [queue] = await python<Record<string, never>[]>(`print(json.dumps(ask("one@test", "active_queues")))`)
    expect(queue).toMatchObject({ name: expect.stringMatching(/^bcast\./), alias: 'all', exchange: { type: 'fanout' } })

    await python(`
from kombu.common import Broadcast
app.conf.task_queues = [Broadcast("all")]
with app.connection_for_write() as c:
    with app.amqp.producer_pool.acquire(block=True) as p:
        Broadcast("all").exchange(p.channel).declare()
        app.send_task("proj.add", (1, 1), exchange="all", exchange_type="fanout", routing_key="celery", producer=p)
print("null")`)
    const ran = ({ lines }: Started) => lines.filter((line) => /proj\.add.* succeeded/.test(line)).length
    await waitFor(() => ran(one) === 1 && ran(two) === 1)
  })
})

describe('the state file', () => {
  test('revoked ids and stamps outlive a worker that was not asked to stop', async () => {
    const statedb = join(folder, '%n.json')
    const first = await start({ statedb })
    await python(`
print(json.dumps([ask("ts@test", "revoke", task_id=["r-1", "r-2"]),
  ask("ts@test", "revoke_by_stamped_headers", headers={"team": "red"})]))`)
    // The answer came when it was on the disk: nothing is left to a clean end.
    const state = JSON.parse(await readFile(join(folder, 'ts.json'), 'utf8'))
    expect(state.revoked.map(([id]: [string]) => id)).toEqual(['r-1', 'r-2'])
    await first.worker.stop('cold')

    const { app, lines } = await start({ statedb, withoutMingle: true })
    const unwanted = await app.sendTask('proj.add', [1, 1], {}, { taskId: 'r-2' })
    await python(`
app.send_task("proj.add", (1, 1), task_id="stamped", headers={"stamped_headers": ["team"], "stamps": {"team": ["red", "blue"]}})
app.send_task("proj.add", (1, 1), task_id="other", headers={"stamped_headers": ["team"], "stamps": {"team": "blue"}}).get(timeout=40)
print("null")`)
    await waitFor(async () => (await unwanted.state()) === 'REVOKED')
    await waitFor(async () => (await app.result('stamped').state()) === 'REVOKED')
    expect(await app.result('other').state()).toBe('SUCCESS')
    expect(lines.filter((line) => line.includes(' succeeded'))).toHaveLength(1)
  })

  test('a file that is none is set aside', async () => {
    await writeFile(join(folder, 'bad.json'), 'GDBM \x00 not ours')
    const { lines } = await start({ statedb: join(folder, 'bad.json') })
    expect(lines.join('')).toContain('cannot be read; it starts anew')
    expect(await readFile(join(folder, 'bad.json.unreadable'), 'utf8')).toContain('GDBM')
  })
})
