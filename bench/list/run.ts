/**
 * How fast the task list answers with 100,000 tasks kept: every order, filter and kind of search, words that nobody
 * searched before and all tasks at once, over HTTP, while 1,000 events/s arrive; and the longest time nothing else was
 * answered. Umbel, and Flower beside it when it is installed. Each query is asked once before it is measured, and that
 * first answer is told apart. `--fresh` measures new words and all tasks alone: a minute. Without HTTP: bench/search.
 *
 *   node_modules/.bin/node bench/list/run.ts [--count=50] [--only=umbel|flower] [--fresh] [--sources]
 */
import { freePort } from '../../lib/testing/free-port.ts'
import { type RedisServer, startRedis } from '../../lib/testing/redis.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'
import { rssMegabytes } from '../ingest/process-use.ts'
import { prepareEvents } from '../ingest/send-events.ts'
import { watchStalls } from '../ingest/stalls.ts'
import { hasFlower, startFlower, startUmbel, type Target } from '../ingest/target.ts'
import { percentile } from '../percentile.ts'
import { FRESH_QUERIES, LIST_QUERIES, type ListQuery } from './queries.ts'

const count = Number(optionText('count') ?? 50)
const only = optionText('only')
const queries = process.argv.includes('--fresh') ? FRESH_QUERIES : [...LIST_QUERIES, ...FRESH_QUERIES]
const TASKS = 100_000
/** Flower loses events that come faster. */
const FILL_RATE = { Umbel: 20_000, Flower: 5_000 }

interface Measured {
  readonly firstMs: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly stallMs: number
}

const targets = [
  ...(only === 'flower' ? [] : [(redis: RedisServer) => startUmbel(redis.url, process.argv.includes('--sources'))]),
  ...(only === 'umbel' || !hasFlower() ? [] : [async (redis: RedisServer) => startFlower(redis.url, await freePort())]),
]
const results = new Map<Target['name'], ReadonlyMap<string, Measured>>()
for (const start of targets) {
  const redis = await startRedis()
  try {
    const target = await start(redis)
    try {
      results.set(target.name, await measure(target, redis))
    } finally {
      await target.stop()
    }
  } finally {
    await redis.stop()
  }
}
printTable()

async function measure(target: Target, redis: RedisServer): Promise<ReadonlyMap<string, Measured>> {
  await waitFor(async () => Number(await redis.connect().call('PUBSUB', 'NUMPAT')) > 0, { what: 'the subscription' })
  const idleMb = rssMegabytes(target.pid)
  await fill(target, redis)
  const heldMb = rssMegabytes(target.pid)
  const sending = prepareEvents({ port: redis.port, events: 1_000 * 300, rate: 1_000, batched: true, paced: true })
  try {
    await sending.ready
    void sending.send().catch(() => {}) // stopped before its end
    const measured = new Map<string, Measured>()
    for (const query of queries) {
      if (query.onlyUmbel === true && target.name === 'Flower') continue
      measured.set(query.name, await measureQuery(target, query))
    }
    const [held, after] = [heldMb, rssMegabytes(target.pid)].map((mb) => mb.toFixed(0))
    say(`${target.name}: idle ${idleMb.toFixed(0)} MB, with ${TASKS} tasks ${held} MB, after all queries ${after} MB`)
    return measured
  } finally {
    sending.stop()
  }
}

async function fill(target: Target, redis: RedisServer): Promise<void> {
  const rate = FILL_RATE[target.name]
  const sending = prepareEvents({ port: redis.port, events: TASKS * 4 + 40_000, rate, batched: true, paced: true })
  await sending.ready
  await sending.send()
  // Tasks are evicted by then, so the list is full.
  const full = async () => (await (await ask(target, 'limit=1&offset=90000')).text()).length > 2
  await waitFor(full, { what: `${TASKS} tasks`, timeoutMs: 60_000, everyMs: 500 })
}

async function measureQuery(target: Target, { query, rounds: most = count }: ListQuery): Promise<Measured> {
  const rounds = Math.min(most, target.name === 'Umbel' ? count : 10)
  const stalls = watchStalls(target.url)
  const times: number[] = []
  for (let i = 0; i <= rounds; i++) {
    const askedMs = performance.now()
    await readAll(await ask(target, typeof query === 'string' ? query : query(i)))
    times.push(performance.now() - askedMs)
    // Events arrive between two requests, as they would.
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const [firstMs = Number.NaN, ...warm] = times
  return { firstMs, p50Ms: percentile(warm, 0.5), p95Ms: percentile(warm, 0.95), stallMs: await stalls.stop() }
}

async function ask(target: Target, query: string): Promise<Response> {
  const answer = await fetch(`${target.url}/api/tasks?${query}`)
  if (!answer.ok) throw new Error(`${query}: ${answer.status} ${(await answer.text()).slice(0, 200)}`)
  return answer
}

/** Keeps nothing: to put 60 MB together would hold up this process, which watches the other one. */
async function readAll({ body }: Response): Promise<void> {
  for await (const _ of body ?? []);
}

function printTable(): void {
  const umbel = results.get('Umbel')
  const flower = results.get('Flower')
  say(row(['ms', 'first', 'p50', 'p95', 'longest wait', ...(flower ? ['Flower p50', 'p95', 'ratio of p50'] : [])]))
  for (const { name } of queries) {
    const [ours, theirs] = [umbel?.get(name), flower?.get(name)]
    const ratio = ours === undefined || theirs === undefined ? '' : (theirs.p50Ms / ours.p50Ms).toFixed(0)
    const cells = [ours?.firstMs, ours?.p50Ms, ours?.p95Ms, ours?.stallMs].map(ms)
    say(row([name, ...cells, ...(flower ? [ms(theirs?.p50Ms), ms(theirs?.p95Ms), ratio] : [])]))
  }
}

function ms(value: number | undefined): string {
  return value === undefined ? '' : value.toFixed(1)
}

function row([first = '', ...rest]: readonly string[]): string {
  return first.padEnd(46) + rest.map((cell) => cell.padStart(13)).join('')
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function optionText(name: string): string | undefined {
  return process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3)
}
