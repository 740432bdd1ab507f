/**
 * `celery inspect`, `control` and `status` of Python, every command of theirs, to a Python worker and to ours: what is
 * printed and how it ends.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CeleryWorker, runPython, startCelery } from '../../lib/testing/celery.ts'
import { type RedisServer, startRedis } from '../../lib/testing/redis.ts'
import { startWorker, type Worker } from '../../worker/index.ts'
import { createProj } from '../compat/proj.ts'

interface Run {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** A line for `celery`, and which of its answers are the same word for word. Their order is that of the runs. */
const SAME: readonly string[] = [
  'status',
  'status -j',
  'inspect ping',
  'inspect ping -j',
  'inspect active',
  'inspect active -j',
  'inspect reserved',
  'inspect scheduled',
  'inspect scheduled -j',
  'inspect query_task RUNNING nowhere',
  'inspect revoked',
  'inspect active_queues',
  'inspect active_queues -j',
  'inspect objgraph',
  'inspect hello',
  'inspect nosuch',
  'inspect conf maybe',
  'control enable_events',
  'control disable_events',
  'control enable_events -j',
  'control heartbeat',
  'control rate_limit proj.add 10/m',
  'control rate_limit proj.add 10/q',
  'control rate_limit proj.nowhere 10/m',
  'control rate_limit proj.add',
  'control time_limit proj.add 50 60',
  'control time_limit proj.add 50',
  'control time_limit proj.add soon',
  'control time_limit proj.nowhere 50',
  'control revoke one',
  'control revoke',
  'control revoke_by_stamped_headers team=a team=b',
  'control terminate KILL three',
  'control terminate',
  'inspect revoked',
  'control add_consumer extra',
  'control add_consumer other other topic other.key',
  'control add_consumer',
  'control cancel_consumer extra',
  'control cancel_consumer nowhere',
  'control pool_grow',
  'control pool_grow 2',
  'control pool_shrink 1',
  'control pool_grow many',
  'control pool_restart',
  'control autoscale 3 1',
  'control autoscale',
  'control election',
  'control nosuch',
  'control ping',
  'inspect ping extra',
  'control heartbeat extra',
]

/** Facts about the worker itself: the answer has the same frame, and as JSON the same kind of value. */
const ALIKE: readonly string[] = ['stats', 'conf', 'conf yes', 'report', 'registered', 'clock', 'memdump']

/** Answers that are others for want of a package of Python's: theirs, then ours. */
const DIFFERENT: readonly (readonly [line: string, theirs: string, ours: RegExp])[] = [
  // Celery measures with psutil, which is not installed with it.
  ['inspect memsample', 'None', /^[\d.]+[KM]B$/],
]

/** Last: nobody answers it. */
const LAST = 'control shutdown -t 0.5'

const ALL = [
  ...SAME,
  ...ALIKE.flatMap((line) => [`inspect ${line}`, `inspect ${line} -j`]),
  ...DIFFERENT.map(([line]) => line),
  LAST,
]

let redis: RedisServer
let theirs: CeleryWorker
let ours: Worker
let runs: Readonly<Record<'py@test' | 'ts@test', Readonly<Record<string, readonly Run[]>>>>
let visible: readonly string[] = []
const app = createProj()

beforeAll(async () => {
  redis = await startRedis()
  app.configure({ broker_url: redis.url, result_backend: redis.url })
  const args = ['--without-gossip', '--without-mingle']
  theirs = await startCelery({ broker: redis.url, hostname: 'py@test', queues: ['py@test'], pool: 'prefork', args })
  ours = await startWorker(app, { hostname: 'ts@test', queues: ['ts@test'], concurrency: 2 })
  const program = `
import json, time
from click.testing import CliRunner
from celery.bin.celery import celery
from celery.worker.control import Panel
from proj import app
def wait(what):
    end = time.time() + 60
    while not what() and time.time() < end: time.sleep(0.05)
def one(node):
    # A task that runs, and one that waits for its time.
    ask = app.control.inspect([node], timeout=15)
    running = app.send_task("proj.sleep", (600,), queue=node)
    app.send_task("proj.add", (1,), {"y": 2}, queue=node, countdown=600)
    wait(lambda: (ask.active() or {}).get(node) and (ask.scheduled() or {}).get(node))
    return running.id
running = {node: one(node) for node in ("py@test", "ts@test")}
def run(line, node):
    argv = line.replace("RUNNING", running[node]).split()
    argv[1:1] = ["-d", node] if argv[0] == "status" else []
    if argv[0] != "status": argv += ["-d", node]
    # A machine with much else to do may need more than the second that Celery waits.
    if "-t" not in argv: argv += ["-t", "15"]
    ran = CliRunner().invoke(celery, ["-A", "proj", *argv], prog_name="celery", auto_envvar_prefix="CELERY")
    return {"code": ran.exit_code, "out": ran.stdout, "err": ran.stderr}
out = {}
for node in running:
    out[node] = {}
    for line in json.loads(${JSON.stringify(JSON.stringify(ALL))}): out[node].setdefault(line, []).append(run(line, node))
print(json.dumps({"runs": out, "visible": [f"{info.type} {name}" for name, info in Panel.meta.items() if info.visible]}))`
  const printed = await runPython(program, { broker: redis.url }, 170_000)
  ;({ runs, visible } = JSON.parse(printed.trim().split('\n').at(-1) ?? '{}'))
})

afterAll(async () => {
  await ours?.stop('cold')
  await app.close()
  await theirs?.stop('SIGQUIT')
  await redis?.stop()
})

/** What differs from one worker and one run to the next. */
function steady(text: string): string {
  return text
    .replace(/(py|ts)@test/g, 'node')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
    .replace(/(time_start|worker_pid)(['"]: )[\d.]+/g, '$1$2N')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+/g, 'TIME')
}

test('every command of Celery is asked', () => {
  const asked = new Set(ALL.map((line) => line.split(' ').slice(0, 2).join(' ')))

  expect(visible.length).toBeGreaterThan(25)
  expect(visible.filter((command) => !asked.has(command))).toEqual([])
})

describe('prints what it prints of a Python worker', () => {
  test.each([...new Set([...SAME, LAST])])('celery %s', (line) => {
    const said = (node: 'py@test' | 'ts@test') =>
      runs[node][line]?.map(({ code, out, err }) => ({ code, out: steady(out), err: steady(err) }))

    expect(said('py@test')).toBeDefined()
    expect(said('ts@test')).toEqual(said('py@test'))
  })
})

describe('has an answer of the same kind', () => {
  test.each(ALIKE)('celery inspect %s', (line) => {
    const frame = (node: 'py@test' | 'ts@test') =>
      runs[node][`inspect ${line}`]?.map(({ code, out, err }) => {
        const lines = steady(out).trim().split('\n')
        return { code, err: steady(err), first: lines[0], last: lines.at(-1) }
      })
    const value = (node: 'py@test' | 'ts@test') => {
      const [run] = runs[node][`inspect ${line} -j`] ?? []
      return [run?.code, kindOf(JSON.parse(run?.out.replaceAll('Infinity', '0') ?? 'null')[node])]
    }

    expect(frame('ts@test')).toEqual(frame('py@test'))
    expect(value('ts@test')).toEqual(value('py@test'))
  })
})

describe('differs, and is known to', () => {
  test.each(DIFFERENT)('celery %s', (line, theirsSays, oursSays) => {
    const said = (node: 'py@test' | 'ts@test') => runs[node][line]?.[0]?.out.split('\n')[1]?.trim()

    expect(said('py@test')).toBe(theirsSays)
    expect(said('ts@test')).toMatch(oursSays)
  })
})

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value
}
