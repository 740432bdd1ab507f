/**
 * A real Prometheus scrapes the real Flower and Umbel over the same events: the queries of Flower's own dashboards give
 * the same series from both, and the text of flower_* is the same byte for byte, but for the moments in it.
 */
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CeleryWorker, runPython, startCelery } from '../../lib/testing/celery.ts'
import { type Flower, startFlower } from '../../lib/testing/flower.ts'
import { type Prometheus, promtool, startPrometheus } from '../../lib/testing/prometheus.ts'
import { type RedisServer, startRedis } from '../../lib/testing/redis.ts'
import { startUmbelServer, type UmbelServer } from '../../lib/testing/umbel-server.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'
import { FLOWER_QUERIES } from './flower-queries.ts'

const EXAMPLES = new URL('../../examples/', import.meta.url)
const RULES = new URL('prometheus/rules.yml', EXAMPLES).pathname

let redis: RedisServer
let worker: CeleryWorker
let flower: Flower
let umbel: UmbelServer
let prometheus: Prometheus
/** Both were scraped after the first round, and the second was not begun. */
let betweenMs = 0

/** Each kind of end; one task goes on while the questions are asked, and three wait behind it. */
const ROUND = `
from proj import add, fail, retrying, sleep
all = [add.delay(1), add.delay(2), add.delay(3), fail.delay(), retrying.delay(0), sleep.delay(0.02), sleep.delay(0.3)]
for each in all:
    each.get(propagate=False, timeout=100)
`
const LAST = 'from proj import sleep\nfor _ in range(4): sleep.delay(600)'

beforeAll(async () => {
  redis = await startRedis()
  const broker = redis.url
  ;[flower, umbel] = await Promise.all([startFlower({ broker }), startUmbelServer({ broker })])
  prometheus = await startPrometheus({
    jobs: { flower: flower.url, umbel: umbel.url },
    ruleFiles: [RULES],
    intervalMs: 250,
  })
  const started = { broker, pool: 'prefork', concurrency: 1 } as const
  const gone = await startCelery({ ...started, hostname: 'gone@test', queues: ['none'] })
  worker = await startCelery(started)
  await both('count(flower_worker_online == 1) by (job)', (value) => value === 2)
  await gone.stop()
  await both('count(flower_worker_online == 0) by (job)', (value) => value === 1)
  // Two rounds, the first of which makes the series: what grows from nothing has no increase.
  for (const round of [1, 2]) {
    await runPython(ROUND, { broker })
    await both('sum(flower_events_total{type="task-succeeded"}) by (job)', (value) => value === 5 * round)
    if (round === 1) betweenMs = Date.now()
  }
  await runPython(LAST, { broker })
  const held = 'sum(flower_worker_prefetched_tasks) by (job)'
  await both(`${held} and sum(flower_worker_number_of_currently_executing_tasks) by (job) == 1`, (value) => value === 3)
})

afterAll(async () => {
  await prometheus?.stop()
  await worker?.stop('SIGKILL')
  await umbel?.stop()
  await flower?.stop()
  await redis?.stop()
})

/** Waits until a query by job gives `good` values from both. */
async function both(query: string, good: (value: number) => boolean): Promise<void> {
  const agree = async () => {
    const samples = await prometheus.query(query)
    return samples.length === 2 && samples.every(({ value }) => good(value))
  }
  await waitFor(agree, { what: query, everyMs: 200 })
}

/** A heartbeat may have come to one of them a moment before it comes to the other. */
async function settled(agree: () => Promise<void>): Promise<void> {
  const told = async () => {
    await agree()
    return true
  }
  await waitFor(told, { what: 'both to say the same', everyMs: 200, timeoutMs: 30_000 })
}

/** The series of one job, keyed by their labels without the job's own. */
async function seriesOf(job: string, query: string): Promise<ReadonlyMap<string, number>> {
  const samples = (await prometheus.query(query)).filter(({ labels }) => labels['job'] === job)
  return new Map(
    samples.map(({ labels: { job: _job, instance: _instance, ...labels }, value }) => [
      JSON.stringify(Object.entries(labels).sort()),
      value,
    ]),
  )
}

describe("Flower's queries", () => {
  test.each(FLOWER_QUERIES.map((row) => [row.query, row] as const))(
    '%s',
    async (query, { within = 1e-6, apart = 1e-6 }) => {
      await settled(async () => {
        const window = `[${Date.now() - betweenMs}ms]`
        const asked = query.replaceAll(/\[\d+m\]/g, window)
        const [theirs, ours] = await Promise.all([seriesOf('flower', asked), seriesOf('umbel', asked)])
        expect(theirs.size, 'series of Flower').toBeGreaterThan(0)
        expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort())
        for (const [series, value] of theirs) {
          const mine = ours.get(series) ?? Number.NaN
          if (Number.isNaN(value)) expect(mine, series).toBeNaN()
          else expect(Math.abs(mine - value), series).toBeLessThanOrEqual(Math.abs(value) * within + apart)
        }
      })
    },
  )
})

const FAMILIES = [
  ['flower_events_total', 'counter'],
  ['flower_events_created', 'gauge'],
  ['flower_task_runtime_seconds', 'histogram'],
  ['flower_task_runtime_seconds_created', 'gauge'],
  ['flower_task_prefetch_time_seconds', 'gauge'],
  ['flower_worker_prefetched_tasks', 'gauge'],
  ['flower_worker_online', 'gauge'],
  ['flower_worker_number_of_currently_executing_tasks', 'gauge'],
] as const

async function textOf(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`)).text()
}

/** Its two lines of heading and its samples, which may come in any order. */
function familyText(text: string, name: string): readonly string[] {
  const lines = text.split('\n')
  const begin = lines.findIndex((line) => line.startsWith(`# HELP ${name} `))
  const rest = lines.slice(begin + 2)
  const end = rest.findIndex((line) => line.startsWith('#') || line === '')
  const samples = rest.slice(0, end < 0 ? undefined : end)
  const told = name.endsWith('_created') ? samples.map((line) => line.replace(/ [\d.e+]+$/, ' <moment>')) : samples
  return [...lines.slice(begin, begin + 2), ...told.toSorted()]
}

test.each(FAMILIES)('the text of %s is the same in both', async (name, type) => {
  await settled(async () => {
    const [theirs, ours] = await Promise.all([textOf(flower.url), textOf(umbel.url)])
    const wanted = familyText(theirs, name)
    expect(wanted[1]).toBe(`# TYPE ${name} ${type}`)
    expect(wanted.length).toBeGreaterThan(2)
    expect(familyText(ours, name)).toEqual(wanted)
  })
})

describe('the examples', () => {
  test('are rules that promtool and Prometheus take', async () => {
    expect(await promtool('check', 'rules', RULES)).toContain('SUCCESS')
    const config = new URL('prometheus/prometheus.yml', EXAMPLES).pathname
    expect(await promtool('check', 'config', config)).toContain('SUCCESS')
    const rules = await waitFor(
      async () => {
        const found = await prometheus.rules()
        return found.length > 0 && found.every(({ health }) => health !== 'unknown') ? found : null
      },
      { what: 'the rules to be evaluated' },
    )
    for (const { name, health, lastError } of rules) expect({ name, health, lastError }).toMatchObject({ health: 'ok' })
    const offline = rules.find(({ name }) => name === 'CeleryWorkerOffline')
    // One worker was stopped; after two minutes it is told.
    expect(['pending', 'firing']).toContain(offline?.state)
  })

  test('ask for no metric that is not there, and each query is one', async () => {
    const [text, dashboard, rules] = await Promise.all([
      textOf(umbel.url),
      readFile(new URL('grafana/umbel-dashboard.json', EXAMPLES), 'utf8'),
      readFile(RULES, 'utf8'),
    ])
    const asked = new Set(
      [...`${dashboard}\n${rules}`.matchAll(/\b(?:flower|umbel)_[a-z0-9_]+/g)].map(([name]) => name),
    )
    expect(asked.size).toBeGreaterThan(20)
    const there = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name))
    for (const name of asked) {
      const family = name.replace(/_(?:bucket|sum|count)$/, '')
      expect(there.has(name) || there.has(family), name).toBe(true)
    }
    for (const [, query] of dashboard.matchAll(/"expr": ("(?:[^"\\]|\\.)*")/g)) {
      const expression = String(JSON.parse(query ?? '""'))
      await prometheus.query(expression.replaceAll('$__rate_interval', '1m').replaceAll(/\$(?:worker|task)/g, '.*'))
    }
  })
})

test('a worker that is killed is offline for Umbel, and online for ever for Flower', async () => {
  await worker.stop('SIGKILL')
  const online = async (job: string) =>
    (await prometheus.query(`flower_worker_online{job="${job}",worker="py@test"}`))[0]
  await waitFor(async () => (await online('umbel'))?.value === 0, { what: 'Umbel to say it' })
  expect((await online('flower'))?.value).toBe(1)
})
