/**
 * Whether tasks that are no known runs of an entry were sent by a second beat: such a one keeps the schedule's pace. A
 * few calls by somebody else may meet it by chance; so most of them have to be in step, several times. Pure.
 */
import { nextFireMs, type Schedule } from '../../schedules/schedule.ts'
import { type BookRun, near, type Stray, timeOf } from './book-run.ts'
import { isCalendar } from './fire-times.ts'

const MARK_MS = 4_000
const MARKS_LEAST = 2
/** Three in a row: any two tasks are some time apart. */
const CHAIN_LEAST = 3
const SHARE_LEAST = 0.6
const JITTER_SHARE = 0.1
const JITTER_MS = 50
const SENDERS_LOOKED_AT = 10

/** Those that keep the pace, oldest first; none when chance would explain them as well. */
export function straysInStep(
  strays: readonly Stray[],
  runs: readonly BookRun[],
  schedule: Schedule,
  zone: string,
): readonly Stray[] {
  const inStep = isCalendar(schedule)
    ? strays.filter(({ atMs }) => runs.some(({ why, slotMs }) => why === 'due' && near(slotMs, atMs, MARK_MS)))
    : longestChain(strays, (fromMs) => (nextFireMs(schedule, fromMs, zone) ?? fromMs) - fromMs)
  const first = inStep[0]
  if (first === undefined || inStep.length < (isCalendar(schedule) ? MARKS_LEAST : CHAIN_LEAST)) return []
  const since = strays.filter(({ atMs }) => atMs >= first.atMs).length
  return inStep.length >= since * SHARE_LEAST ? inStep : []
}

/** A beat that was started anew has another name once; two that run change with each other. */
export function sendersInTurns(runs: readonly BookRun[]): boolean {
  const senders = runs
    .slice(-SENDERS_LOOKED_AT)
    .flatMap(({ client, why }) => (client === null || why !== 'due' ? [] : [client]))
  return senders.filter((client, at) => at > 0 && client !== senders[at - 1]).length >= 3
}

/** The run that was due nearest to it. */
export function nearestDue(runs: readonly BookRun[], atMs: number): BookRun | null {
  let found: BookRun | null = null
  for (const run of runs) {
    if (run.why !== 'due') continue
    if (found === null || Math.abs(timeOf(run) - atMs) < Math.abs(timeOf(found) - atMs)) found = run
  }
  return found
}

/** Each an interval after the one before it. There are few of them (`STRAYS_KEPT`). */
function longestChain(strays: readonly Stray[], step: (fromMs: number) => number): readonly Stray[] {
  const chains: (readonly Stray[])[] = []
  for (const stray of strays.toSorted((a, b) => a.atMs - b.atMs)) {
    let before: readonly Stray[] = []
    for (const chain of chains) {
      const end = chain.at(-1)
      if (end === undefined || chain.length <= before.length) continue
      const everyMs = step(end.atMs)
      const off = Math.abs(stray.atMs - end.atMs - everyMs)
      if (everyMs > 0 && off <= Math.max(everyMs * JITTER_SHARE, JITTER_MS)) before = chain
    }
    chains.push([...before, stray])
  }
  return chains.reduce<readonly Stray[]>((longest, chain) => (chain.length > longest.length ? chain : longest), [])
}
