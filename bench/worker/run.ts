/**
 * Tasks a second, drained from a full queue: Umbel's worker, Python's and BullMQ's, one after the other on a Redis of
 * its own, results stored, messages kept as unacknowledged while they run. Needs `npm run build`.
 *
 *   node_modules/.bin/node bench/worker/run.ts [--tasks=50000] [--only=umbel|celery|bullmq] [--events]
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { pythonPath } from '../../lib/testing/celery.ts'
import { startRedis } from '../../lib/testing/redis.ts'
import { cpuSeconds, processTree, rssMegabytes } from '../ingest/process-use.ts'
import { bullmq, python, type Rival, umbel } from './rivals.ts'

const TASKS = Number(option('tasks') ?? 50_000)
const only = option('only')
const events = process.argv.includes('--events') ? ['-E'] : []
/** Slow ones are measured this long, not to the end. */
const MOST_MS = 20_000
const START_MS = 30_000
/** Seldom, for looking is work for Redis too. */
const LOOK_MS = 20
/** The bars: over Python's best, over prefork, over BullMQ at the same concurrency. */
const BARS = { overPython: 10, overPrefork: 2 }

/** Those that are compared run one after the other, so that a machine with other work is the same to both. */
const RIVALS: readonly Rival[] = [
  ...[1, 10, 100].flatMap((concurrency) => [umbel('async', concurrency, ...events), bullmq(concurrency)]),
  umbel('processes', 2, ...events),
  python('prefork', 2, ...events),
  python('threads', 10, ...events),
  python('solo', 1, ...events),
].filter(({ name, kind }) => {
  if (kind === 'python' && !existsSync(pythonPath())) return false
  return only === undefined || name.startsWith(only)
})

interface Measured {
  readonly rival: Rival
  readonly rate: number
}

const measured: Measured[] = []
say(row(['worker', 'tasks', 'took', 'tasks/s', 'µs CPU/task', 'of Redis', 'RSS', 'load']))
for (const rival of RIVALS) measured.push({ rival, rate: await measure(rival) })
for (const line of verdicts(measured)) say(line)

async function measure(rival: Rival): Promise<number> {
  const server = await startRedis()
  const redis = server.connect()
  let child: ChildProcess | null = null
  try {
    await rival.fill(server, TASKS)
    child = spawn(rival.command, rival.args(server.port), {
      env: { ...process.env, UMBEL_TEST_BROKER: server.url },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const pid = child.pid ?? -1
    const left = () => rival.left(redis)
    await until(async () => (await left()) < TASKS, START_MS, `${rival.name} to start`)
    const [startLeft, startedMs] = [await left(), performance.now()]
    const [startCpu, startRedisCpu] = [cpuOf(pid), cpuSeconds(server.pid)]
    let now = startLeft
    while (now > 0 && performance.now() - startedMs < MOST_MS) {
      await sleep(LOOK_MS)
      now = await left()
    }
    const tookMs = performance.now() - startedMs
    const done = startLeft - now
    const rate = (done / tookMs) * 1_000
    const micros = (seconds: number) => ((seconds / done) * 1e6).toFixed(0)
    const costs = [micros(cpuOf(pid) - startCpu), micros(cpuSeconds(server.pid) - startRedisCpu)]
    const memory = sum(processTree(pid).map(rssMegabytes))
    const cells = [`${done}`, `${(tookMs / 1_000).toFixed(1)} s`, rate.toFixed(0), ...costs, `${memory.toFixed(0)} MB`]
    say(row([rival.name, ...cells, (loadavg()[0] ?? 0).toFixed(1)]))
    return rate
  } finally {
    if (child !== null) await end(child)
    await server.stop()
  }
}

/** Of the worker and its children. */
function cpuOf(pid: number): number {
  return sum(processTree(pid).map(cpuSeconds))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function* verdicts(all: readonly Measured[]): Iterable<string> {
  const of = (kind: Rival['kind']) => all.filter(({ rival }) => rival.kind === kind)
  const best = (rows: readonly Measured[]) => Math.max(0, ...rows.map(({ rate }) => rate))
  const [async, processes, pythons] = [of('umbel-async'), of('umbel-processes'), of('python')]
  const prefork = pythons.filter(({ rival }) => rival.name.includes('prefork'))
  if (async.length > 0 && pythons.length > 0) {
    yield verdict("async pool over Python's best", best(async) / best(pythons), BARS.overPython)
  }
  if (processes.length > 0 && prefork.length > 0) {
    yield verdict('processes pool over prefork', best(processes) / best(prefork), BARS.overPrefork)
  }
  for (const rival of of('bullmq')) {
    const own = async.find((one) => one.rival.concurrency === rival.rival.concurrency)
    if (own !== undefined) yield verdict(`async pool over ${rival.rival.name}`, own.rate / rival.rate, 1)
  }
}

function verdict(what: string, ratio: number, bar: number): string {
  return `${what}: ${ratio.toFixed(2)} times (bar ${bar}: ${ratio >= bar ? 'holds' : 'MISSED'})`
}

async function until(holds: () => Promise<boolean>, withinMs: number, what: string): Promise<void> {
  const endMs = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`waited ${withinMs} ms for ${what}`)
    await sleep(LOOK_MS)
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

function row([first = '', ...rest]: readonly string[]): string {
  return first.padEnd(30) + rest.map((cell) => cell.padStart(13)).join('')
}

function option(name: string): string | undefined {
  return process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
