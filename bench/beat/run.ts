/**
 * Beat: how late runs arrive in Redis, what that costs, and what waiting costs. Ours and Celery's with the same entries
 * at intervals of 1 to 60 s; ours alone with ten times as many.
 *
 *   npm run bench -- beat [--entries=10000] [--seconds=30] [--many=100000]     0 entries: that part is left out
 *
 * Measured is from 6 s after the first message on: before, a beat makes up for what fell due while it started. That is
 * told below each row, and is in none of its numbers; from then on nothing is left out.
 *
 * Lateness is from when a run was due to its arrival by Redis' own clock (MONITOR). Ours is due by the phase that its
 * schedule file was given, and a run that is later than its interval counts as what is left over (runs a second show
 * that some were left out); the k-th run of Celery's beat k intervals after its start.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { writeScheduleFile } from '../../lib/schedule-store/file/schedule-file.ts'
import { type BookRecord, NEW_STATE } from '../../lib/schedule-store/schedule-book.ts'
import { interval } from '../../lib/schedules/interval.ts'
import { pythonPath } from '../../lib/testing/celery.ts'
import { type RedisServer, startRedis } from '../../lib/testing/redis.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'
import { cpuSeconds, rssMegabytes } from '../ingest/process-use.ts'
import { percentile } from '../percentile.ts'
import { type Arrival, watchArrivals } from './arrivals.ts'
import { everySeconds, nameOf, TASK } from './entries.ts'

const ENTRIES = option('entries', 10_000)
const MANY = option('many', 100_000)
const SECONDS = option('seconds', 30)
const BARS = { p99Ms: 50, cpuShare: 0.2, idleShare: 0.01 }
const WARM_UP_MS = 6_000

interface Measured {
  /** Of the runs that were due, how many a second came. */
  readonly dueEach: number
  readonly sentEach: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** How much later the last third of the runs came than the first. */
  readonly driftMs: number
  /** Of one core. */
  readonly cpuShare: number
  readonly megabytes: number
  /** What came before the measurement began. */
  readonly start: { readonly runs: number; readonly worstMs: number }
}

const here = (name: string) => new URL(name, import.meta.url).pathname
const CLI = `import { main } from ${JSON.stringify(new URL('../../bin/cli.ts', import.meta.url).href)}
await main(process.argv.slice(1))`

const dir = await mkdtemp(join(tmpdir(), 'umbel-bench-beat-'))
const redis = await startRedis()
try {
  say(row(['', 'due/s', 'sent/s', 'p50 ms', 'p99 ms', 'drift ms', 'CPU', 'MB']))
  if (ENTRIES > 0) await compare()
  if (MANY > 0) {
    const many = await measureOurs(MANY)
    print(`Umbel, ${MANY} entries`, many)
    say(`  p99 ${verdict(many.p99Ms < BARS.p99Ms, `${BARS.p99Ms} ms`)}`)
  }
  const idle = await measureIdle()
  say(
    `Umbel, one entry an hour: ${percent(idle)} of a core; idle ${verdict(idle < BARS.idleShare, percent(BARS.idleShare))}`,
  )
} finally {
  await redis.stop()
  await rm(dir, { recursive: true, force: true })
}

async function measurePython(entries: number): Promise<Measured> {
  const args = ['-m', 'celery', '-A', 'app', 'beat', '-l', 'INFO', '-s', join(dir, 'shelve')]
  // Its lines of single runs would cost it half of its time: only the first line is wanted.
  const beat = start(pythonPath(), args, entries, here('.'))
  const startMs = await firstLine(beat, 'beat: Starting...')
  const counts = new Map<number, number>()
  return measure(beat, redis, entries, ({ entry, atMs }) => {
    const count = (counts.get(entry) ?? 0) + 1
    counts.set(entry, count)
    return atMs - (startMs + count * everySeconds(entry) * 1_000)
  })
}

async function compare(): Promise<void> {
  const python = await measurePython(ENTRIES)
  print(`Celery, ${ENTRIES} entries`, python)
  const ours = await measureOurs(ENTRIES)
  print(`Umbel, ${ENTRIES} entries`, ours)
  say(
    `  p99 ${verdict(ours.p99Ms < BARS.p99Ms, `${BARS.p99Ms} ms`)}, CPU ${verdict(ours.cpuShare < BARS.cpuShare, percent(BARS.cpuShare))}`,
  )
  const times = (a: number, b: number) => (a / b).toFixed(1)
  say(
    `  ${times(ours.sentEach, python.sentEach)} x as many runs a second, CPU for each ${times(python.cpuShare / python.sentEach, ours.cpuShare / ours.sentEach)} x less, p50 ${times(python.p50Ms, ours.p50Ms)} x earlier`,
  )
}

/** Each entry has run before, at a time of its own, so that it is known when it is due. */
async function measureOurs(entries: number): Promise<Measured> {
  const path = join(dir, `beat-${entries}.json`)
  const nowMs = Date.now()
  const phases = Array.from({ length: entries }, (_, n) => Math.floor(nowMs - everySeconds(n) * 1_000 * Math.random()))
  const records = new Map(phases.map((lastRunMs, n) => [nameOf(n), recordOf(n, lastRunMs)]))
  await writeScheduleFile(path, { edits: 0, records, broken: new Map() })
  const beat = startOurs(entries, path)
  await firstLine(beat, 'maxinterval')
  return measure(beat, redis, entries, ({ entry, atMs }) => {
    const everyMs = everySeconds(entry) * 1_000
    return (atMs - (phases[entry] ?? 0)) % everyMs
  })
}

async function measureIdle(): Promise<number> {
  const beat = startOurs(0, join(dir, 'idle.json'))
  await firstLine(beat, 'maxinterval')
  await wait(WARM_UP_MS)
  const before = cpuSeconds(beat.pid ?? 0)
  const startMs = performance.now()
  await wait(20_000)
  const share = (cpuSeconds(beat.pid ?? 0) - before) / ((performance.now() - startMs) / 1_000)
  await end(beat)
  return share
}

async function measure(
  beat: ChildProcess,
  server: RedisServer,
  entries: number,
  lateMs: (arrival: Arrival) => number,
): Promise<Measured> {
  const pid = beat.pid ?? 0
  const arrivals = await watchArrivals(server.port, server.connect())
  await waitFor(() => arrivals.all.length > 0, { timeoutMs: 60_000 })
  await wait(WARM_UP_MS)
  const [fromMs, cpu] = [Date.now(), cpuSeconds(pid)]
  await wait(SECONDS * 1_000)
  const untilMs = Date.now()
  const seconds = (untilMs - fromMs) / 1_000
  const [cpuShare, megabytes] = [(cpuSeconds(pid) - cpu) / seconds, rssMegabytes(pid)]
  await wait(500)
  await arrivals.stop()
  await end(beat)
  const late: number[] = []
  const early: number[] = []
  for (const arrival of arrivals.all) {
    const ms = lateMs(arrival) // each one, since some are counted
    if (arrival.atMs < fromMs) early.push(ms)
    if (arrival.atMs >= fromMs && arrival.atMs < untilMs) late.push(ms)
  }
  const third = Math.floor(late.length / 3)
  const dueEach = Array.from({ length: entries }, (_, n) => 1 / everySeconds(n)).reduce((a, b) => a + b, 0)
  return {
    ...{ dueEach, sentEach: late.length / seconds, cpuShare, megabytes },
    p50Ms: percentile(late, 0.5),
    p99Ms: percentile(late, 0.99),
    driftMs: percentile(late.slice(-third), 0.5) - percentile(late.slice(0, third), 0.5),
    start: { runs: early.length, worstMs: percentile(early, 1) },
  }
}

function startOurs(entries: number, path: string): ChildProcess {
  const args = ['beat', '-A', here('./app.ts'), '-s', path, '-l', 'WARNING']
  return start(process.execPath, ['--input-type=module', '-e', CLI, '--', ...args], entries, dir)
}

function start(program: string, args: readonly string[], entries: number, cwd: string): ChildProcess {
  const env = { ...process.env, BROKER: redis.url, ENTRIES: String(entries), PYTHONUNBUFFERED: '1' }
  return spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
}

/** The wall clock at which it said so. */
function firstLine(child: ChildProcess, text: string): Promise<number> {
  let said = ''
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      if (said.length < 100_000) said += chunk.toString()
      if (said.includes(text)) resolve(Date.now())
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('exit', (code) => reject(new Error(`it ended with ${code}:\n${said}`)))
  })
}

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
  await redis.connect().flushall()
}

function recordOf(n: number, lastRunMs: number): BookRecord {
  return {
    entry: {
      ...{ name: nameOf(n), task: TASK, schedule: interval(everySeconds(n)), args: [n, everySeconds(n)], kwargs: {} },
      ...{ options: {}, enabled: true, origin: 'code', description: null, startMs: null, expiresMs: null },
      oneOff: false,
    },
    state: { ...NEW_STATE, lastRunMs, totalRunCount: 1 },
    codeEnabled: true,
    notes: [],
  }
}

function print(name: string, { dueEach, sentEach, p50Ms, p99Ms, driftMs, cpuShare, megabytes, start }: Measured): void {
  const numbers = [dueEach, sentEach].map((each) => each.toFixed(0))
  const times = [p50Ms, p99Ms, driftMs].map((ms) => ms.toFixed(1))
  say(row([name, ...numbers, ...times, percent(cpuShare), megabytes.toFixed(0)]))
  say(`  before: ${start.runs} runs while it started, the latest ${(start.worstMs / 1_000).toFixed(1)} s late`)
}

function option(name: string, otherwise: number): number {
  const word = process.argv.find((each) => each.startsWith(`--${name}=`))
  return word === undefined ? otherwise : Number(word.slice(name.length + 3))
}

function verdict(holds: boolean, bar: string): string {
  return `bar ${bar} ${holds ? 'holds' : 'MISSED'}`
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

function row([first = '', ...rest]: readonly string[]): string {
  return first.padEnd(26) + rest.map((cell) => cell.padStart(11)).join('')
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
