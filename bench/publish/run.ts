/**
 * How fast a program sends tasks: one after the other, each awaited, and many at a time; Umbel's client and Python's,
 * each in a process of its own, against the same Redis, in turns.
 *
 *   node_modules/.bin/node bench/publish/run.ts [--messages=40000] [--rounds=3]
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { pythonPath } from '../../lib/testing/celery.ts'
import { startRedis } from '../../lib/testing/redis.ts'

const MESSAGES = option('messages', 40_000)
const ROUNDS = option('rounds', 3)
const BARS = { timesPython: 4, parallelPerSecond: 40_000 }

interface Sender {
  readonly name: string
  readonly command: readonly string[]
  readonly messages: number
}

const here = (name: string) => new URL(name, import.meta.url).pathname
const node = (messages: number, atOnce: number) => [
  process.execPath,
  here('./sender.ts'),
  String(messages),
  String(atOnce),
]
const python = (messages: number, threads: number) => [
  pythonPath(),
  here('./sender.py'),
  String(messages),
  String(threads),
]

const SENDERS = {
  python: { name: 'Celery, one by one', command: python(MESSAGES / 10, 1), messages: MESSAGES / 10 },
  pythonThreads: { name: 'Celery, 10 threads', command: python(MESSAGES / 10, 10), messages: MESSAGES / 10 },
  umbel: { name: 'Umbel, one by one', command: node(MESSAGES / 4, 1), messages: MESSAGES / 4 },
  umbelTen: { name: 'Umbel, 10 at a time', command: node(MESSAGES, 10), messages: MESSAGES },
  umbelMany: { name: 'Umbel, 1,000 at a time', command: node(MESSAGES * 2, 1_000), messages: MESSAGES * 2 },
} as const satisfies Record<string, Sender>

const server = await startRedis()
try {
  const best = new Map<Sender, { readonly rate: number; readonly cpuEach: number }>()
  for (let round = 0; round < ROUNDS; round++) {
    for (const sender of Object.values(SENDERS)) {
      const { ms, cpuMicros } = await run(sender)
      const rate = (sender.messages / ms) * 1_000
      if (rate > (best.get(sender)?.rate ?? 0)) best.set(sender, { rate, cpuEach: cpuMicros / sender.messages })
    }
  }
  const rateOf = (sender: Sender) => best.get(sender)?.rate ?? 0
  const times = rateOf(SENDERS.umbel) / rateOf(SENDERS.python)
  const bars = new Map<Sender, string>([
    [SENDERS.umbel, `${times.toFixed(1)} x Celery (${verdict(times >= BARS.timesPython, BARS.timesPython)})`],
    [SENDERS.umbelMany, verdict(rateOf(SENDERS.umbelMany) >= BARS.parallelPerSecond, BARS.parallelPerSecond)],
  ])
  say(row(['', 'a second', 'µs CPU each']))
  for (const [sender, { rate, cpuEach }] of best) {
    say(`${row([sender.name, rate.toFixed(0), cpuEach.toFixed(1)])}  ${bars.get(sender) ?? ''}`)
  }
} finally {
  await server.stop()
}

/** The program's own clock counts; an empty server for each. */
async function run({
  command: [program = '', script = '', ...rest],
}: Sender): Promise<{ ms: number; cpuMicros: number }> {
  await server.connect().flushall()
  const { stdout } = await promisify(execFile)(program, [script, server.url, ...rest])
  return JSON.parse(stdout)
}

function option(name: string, otherwise: number): number {
  const word = process.argv.find((each) => each.startsWith(`--${name}=`))
  return word === undefined ? otherwise : Number(word.slice(name.length + 3))
}

function verdict(holds: boolean, bar: number): string {
  return `bar ${bar} ${holds ? 'holds' : 'MISSED'}`
}

function row([first = '', ...rest]: readonly string[]): string {
  return first.padEnd(26) + rest.map((cell) => cell.padStart(16)).join('')
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
