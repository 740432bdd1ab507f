/**
 * Fail-overs of beat: how long until the next one leads, what is missed, what is sent twice.
 *
 *   npm run bench -- beat-failover [--faults=1000] [--trios=8] [--stops=5] [--cuts=5] [--lease=4] [--away=6]
 *
 * Three beats each, and a ledger; the trios run beside each other, and the whole some ten minutes. The last line is the
 * verdict, and the exit code: 0 = nothing missed, nothing doubled, another leader within 5 s.
 *
 * `stops` and `cuts`: the share of leaders, in per cent, that are stopped (SIGSTOP, SIGCONT) or cut off instead of killed.
 */
import { messageOf } from '../../lib/errors.ts'
import { percentile } from '../percentile.ts'
import { type FailOverReport, type Fault, runFailOvers } from './failover.ts'

const [faults, trios, leaseSeconds] = [option('faults', 1_000), option('trios', 8), option('lease', 4)]
const each = Math.ceil(faults / trios)
let done = 0

const GAP_BAR_MS = 5_000
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
const ended = await Promise.allSettled(
  Array.from({ length: trios }, () =>
    runFailOvers({
      // Leaders that are killed one after the other add up; missed runs of one entry make one, as they should.
      ...{ beats: 3, entries: 200, leastSeconds: Math.max(12, 6 * leaseSeconds), leaseSeconds },
      ...{ faults: chooseFaults(each), awayMs: option('away', 6) * 1000 },
      onFault() {
        if (++done % 10 === 0) say(`${done} fail-overs`)
      },
      onReplaced: (seen) => say(`a new beat was not up in time and was replaced: ${seen}`),
    }),
  ),
)
const reports = ended.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
const failures = ended.flatMap((one) => (one.status === 'rejected' ? [messageOf(one.reason)] : []))
if (reports.length > 0) for (const line of linesOf(reports)) say(line)
for (const failure of failures) say(`a trio broke off: ${failure}`)
const verdict = verdictOf(reports, failures.length)
say(verdict.text)
process.exitCode = verdict.holds ? 0 : 1

function verdictOf(all: readonly FailOverReport[], brokenOff: number) {
  const sum = (of: (report: FailOverReport) => number) => all.reduce((total, report) => total + of(report), 0)
  const [missed, doubled] = [sum((one) => one.missed.length), sum((one) => one.doubled.length)]
  const worstMs = Math.max(0, ...all.flatMap(({ gapMs }) => gapMs))
  const holds = missed + doubled + brokenOff === 0 && worstMs < GAP_BAR_MS
  const made = sum(({ gapMs }) => gapMs.length)
  const rest = brokenOff === 0 ? '' : `, ${brokenOff} of ${trios} trios broke off`
  const text = `${missed} missed, ${doubled} doubled in ${made} fail-overs, worst gap ${ms(worstMs)}${rest}`
  return { holds, text: `verdict: ${holds ? 'holds' : 'FAILED'}: ${text}` }
}

function* linesOf(all: readonly FailOverReport[]): Iterable<string> {
  const sum = (of: (report: FailOverReport) => number) => all.reduce((total, report) => total + of(report), 0)
  const gaps = all.flatMap(({ gapMs }) => gapMs).sort((a, b) => a - b)
  const kinds = (kind: Fault) => sum((report) => report.faults[kind])
  const tookSeconds = Math.round(Math.max(...all.map(({ tookMs }) => tookMs)) / 1000)
  yield `${gaps.length} fail-overs in ${tookSeconds} s: ${kinds('kill')} killed, ${kinds('stop')} stopped, ${kinds('cut')} cut off`
  yield `runs sent            ${sum(({ runs }) => runs)}`
  yield `missed               ${sum(({ missed }) => missed.length)}`
  yield `doubled              ${sum(({ doubled }) => doubled.length)}`
  yield `until another leads  p50 ${ms(percentile(gaps, 0.5))}, p99 ${ms(percentile(gaps, 0.99))}, worst ${ms(gaps.at(-1) ?? 0)}`
  const late = all.flatMap(({ latenessMs }) => latenessMs).sort((a, b) => a - b)
  yield `late                 p50 ${ms(percentile(late, 0.5))}, p99 ${ms(percentile(late, 0.99))}, worst ${ms(late.at(-1) ?? 0)}`
  for (const { missed, doubled } of all) for (const what of [...missed, ...doubled].slice(0, 20)) yield `  ${what}`
}

function chooseFaults(count: number): readonly Fault[] {
  const [stops, cuts] = [option('stops', 5) / 100, option('cuts', 5) / 100]
  return Array.from({ length: count }, () => {
    const chance = Math.random()
    return chance < stops ? 'stop' : chance < stops + cuts ? 'cut' : 'kill'
  })
}

function ms(value: number): string {
  return `${Math.round(value)} ms`
}

function option(name: string, standard: number): number {
  const word = process.argv.find((one) => one.startsWith(`--${name}=`))
  return word === undefined ? standard : Number(word.slice(name.length + 3))
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
