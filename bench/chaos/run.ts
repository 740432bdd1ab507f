/**
 * Faults while tasks run: what is lost, what runs twice, how long the worker is deaf.
 *
 *   npm run bench -- chaos [--tasks=2000] [--early=500] [--kills=8] [--redis=3]
 */
import { runSilence } from './silence.ts'
import { runStorm, type StormReport } from './storm.ts'

/** The bars of the project. */
export const BARS = { returnMs: 5_000, silenceMs: 15_000 }

const storm = await runStorm({
  late: option('tasks', 2_000),
  early: option('early', 500),
  taskMs: 20,
  places: [
    { pool: 'async', concurrency: 8 },
    { pool: 'processes', concurrency: 2 },
  ],
  kills: option('kills', 8),
  redisKills: option('redis', 3),
  timeoutMs: 300_000,
})
for (const line of linesOf(storm)) say(line)
const silenceMs = await runSilence(90_000)
say(row('a silent connection is noticed after', seconds(silenceMs), silenceMs <= BARS.silenceMs))

function* linesOf({ late, early, inHand, returnMs, kills, cuts, tookMs, left }: StormReport): Iterable<string> {
  const held = inHand.reduce((sum, count) => sum + count, 0)
  yield `${late.sent} late-acked and ${early.sent} early-acked tasks in ${seconds(tookMs)}`
  yield `${kills} workers killed, Redis killed ${returnMs.length} times, connections reset ${cuts} times`
  yield row('late-acked tasks lost', `${late.lost}`, late.lost === 0)
  yield row('run twice', `${late.doubled} of ${held} in hand`, late.doubled <= held)
  yield row('early-acked tasks lost', `${early.lost}`, true)
  yield row('of these reported', `${early.reported}`, early.reported === early.lost)
  yield row('early-acked tasks run twice', `${early.doubled}`, true)
  yield row('messages left over', `${left}`, left === 0)
  const worst = Math.max(0, ...returnMs)
  yield row("consuming again after Redis' return, worst", seconds(worst), worst <= BARS.returnMs)
}

function row(what: string, value: string, holds: boolean): string {
  return `${what.padEnd(46)}${value.padStart(18)}   ${holds ? 'holds' : 'MISSED'}`
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}

function option(name: string, standard: number): number {
  const word = process.argv.find((one) => one.startsWith(`--${name}=`))
  return word === undefined ? standard : Number(word.slice(name.length + 3))
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
