/**
 * Events from Redis into a dashboard: how many are lost, what one costs, how much memory the tasks take, how soon it
 * has caught up, how fast the task list answers meanwhile. Umbel, and Flower beside it when it is installed.
 *
 *   node_modules/.bin/node bench/ingest/run.ts [--seconds=12] [--only=umbel|flower] [--sources]
 *
 * `--sources` runs Umbel without a build. Redis keeps its default limits: a reader that lags is cut off.
 */
import { freePort } from '../../lib/testing/free-port.ts'
import { type RedisServer, startRedis } from '../../lib/testing/redis.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'
import { type Answers, measureAnswers } from './answers.ts'
import { countedEvents, difference, lost, total } from './counted-events.ts'
import { cpuSeconds, rssMegabytes } from './process-use.ts'
import { prepareEvents } from './send-events.ts'
import { watchStalls } from './stalls.ts'
import { hasFlower, startFlower, startUmbel, type Target } from './target.ts'

const seconds = Number(optionText('seconds') ?? 12)
const only = optionText('only')
const TASKS = 100_000
/** Flower needs minutes for what it still has in its buffers. */
const CATCH_UP_MS = { Umbel: 15_000, Flower: 90_000 }

interface Load {
  readonly name: string
  readonly rate: number
  readonly batched: boolean
  readonly paced: boolean
}

const LOADS: readonly Load[] = [
  { name: '20,000/s batched', rate: 20_000, batched: true, paced: true },
  { name: '40,000/s batched', rate: 40_000, batched: true, paced: true },
  { name: '10,000/s single', rate: 10_000, batched: false, paced: true },
]
/** More than Redis lets any reader be behind, so it comes last: what it leaves behind is no part of the rest. */
const BURST: Load = { name: 'full speed batched', rate: 40_000, batched: true, paced: false }

const LOAD_HEAD = row(['load', 'sent', 'lost', 'took', 'caught up', 'µs CPU/event', 'longest wait', 'RSS'])

const targets = [
  ...(only === 'flower' ? [] : [(redis: RedisServer) => startUmbel(redis.url, process.argv.includes('--sources'))]),
  ...(only === 'umbel' || !hasFlower() ? [] : [async (redis: RedisServer) => startFlower(redis.url, await freePort())]),
]
for (const start of targets) {
  const redis = await startRedis()
  try {
    await measure(await start(redis), redis)
  } finally {
    await redis.stop()
  }
}

async function measure(target: Target, redis: RedisServer): Promise<void> {
  try {
    await waitFor(async () => Number(await redis.connect().call('PUBSUB', 'NUMPAT')) > 0, { what: 'the subscription' })
    const idleMb = rssMegabytes(target.pid)
    say(`\n${target.name}: ready after ${target.startMs.toFixed(0)} ms, idle ${idleMb.toFixed(0)} MB`)
    say(LOAD_HEAD)
    for (const load of LOADS) await measureLoad(target, redis, load)
    await measureAnswering(target, redis, idleMb)
    say(LOAD_HEAD)
    await measureLoad(target, redis, BURST)
  } finally {
    await target.stop()
  }
}

async function measureLoad(target: Target, redis: RedisServer, load: Load): Promise<void> {
  const sending = prepareEvents({ ...load, port: redis.port, events: load.rate * seconds })
  try {
    await sending.ready
    const before = await countedEvents(target.url)
    const cpuBefore = cpuSeconds(target.pid)
    const stalls = watchStalls(target.url)
    const sent = await sending.send()
    const truth = new Map(sent.truth)
    const end = await caughtUp(target, before, total(truth), sent.endedMs)
    const cpu = cpuSeconds(target.pid) - cpuBefore
    const longest = await stalls.stop()
    const missing = lost(truth, end.counted)
    const tookMs = sent.endedMs - sent.startedMs
    say(
      row([
        load.name,
        `${total(truth)}`,
        missing === 0 ? '0' : `${missing} (${((missing / total(truth)) * 100).toFixed(1)} %)`,
        `${(tookMs / 1_000).toFixed(1)} s`,
        end.afterMs === null ? 'never' : `${end.afterMs.toFixed(0)} ms`,
        ((cpu * 1e6) / Math.max(1, total(end.counted))).toFixed(1),
        `${longest.toFixed(0)} ms`,
        `${rssMegabytes(target.pid).toFixed(0)} MB`,
      ]),
    )
  } finally {
    sending.stop()
  }
}

/** When everything was counted, or nothing more comes. */
async function caughtUp(target: Target, before: ReadonlyMap<string, number>, wanted: number, endedMs: number) {
  let counted = difference(await countedEvents(target.url), before)
  let lastMs = Date.now()
  while (total(counted) < wanted && Date.now() - lastMs < 5_000 && Date.now() - endedMs < CATCH_UP_MS[target.name]) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    const now = difference(await countedEvents(target.url), before)
    if (total(now) > total(counted)) lastMs = Date.now()
    counted = now
  }
  return { counted, afterMs: total(counted) >= wanted ? Math.max(0, lastMs - endedMs) : null }
}

async function measureAnswering(target: Target, redis: RedisServer, idleMb: number): Promise<void> {
  const events = 1_000 * 60
  const sending = prepareEvents({ port: redis.port, events, rate: 1_000, batched: true, paced: true })
  try {
    await sending.ready
    void sending.send().catch(() => {}) // stopped before its end
    const stalls = watchStalls(target.url)
    const answers = await measureAnswers(target.url, target.name === 'Umbel' ? 100 : 20)
    const longest = await stalls.stop()
    const heldMb = rssMegabytes(target.pid)
    say(`${target.name}: /api/tasks with ${TASKS} tasks kept, 1,000 events/s arriving`)
    say(row(['', 'first', 'p50', 'p95', 'max']))
    for (const answer of answers) say(row(answerCells(answer)))
    const perTask = ((heldMb - idleMb) * 1024) / TASKS
    say(`longest wait for another page meanwhile: ${longest.toFixed(0)} ms`)
    say(`RSS ${heldMb.toFixed(0)} MB, ${perTask.toFixed(2)} kB a task above idle`)
  } finally {
    sending.stop()
  }
}

function answerCells({ query, firstMs, p50Ms, p95Ms, maxMs }: Answers): string[] {
  return [query, ...[firstMs, p50Ms, p95Ms, maxMs].map((ms) => `${ms.toFixed(1)} ms`)]
}

function row([first = '', ...rest]: readonly string[]): string {
  return first.padEnd(26) + rest.map((cell) => cell.padStart(15)).join('')
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function optionText(name: string): string | undefined {
  return process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3)
}
