/**
 * Fail-overs of beat: how long until the next one leads, what is missed, what is sent twice.
 *
 *   npm run bench -- beat-failover [--faults=1000] [--trios=2] [--stops=5] [--cuts=5] [--lease=4] [--away=30]
 *
 * `stops` and `cuts`: the share of leaders, in per cent, that are stopped (SIGSTOP, SIGCONT) or cut off instead of killed.
 */
import { percentile } from '../percentile.ts'
import { type FailOverReport, type Fault, runFailOvers } from './failover.ts'

const [faults, trios, leaseSeconds] = [option('faults', 1_000), option('trios', 2), option('lease', 4)]
const each = Math.ceil(faults / trios)
let done = 0

const reports = await Promise.all(
  Array.from({ length: trios }, () =>
    runFailOvers({
      // Leaders that are killed one after the other add up; missed runs of one entry make one, as they should.
      ...{ beats: 3, entries: 200, leastSeconds: Math.max(12, 6 * leaseSeconds), leaseSeconds },
      ...{ faults: chooseFaults(each), awayMs: option('away', 30) * 1000 },
      onFault() {
        if (++done % 50 === 0) say(`${done} fail-overs`)
      },
    }),
  ),
)
for (const line of linesOf(reports)) say(line)

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
