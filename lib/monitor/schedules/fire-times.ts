/** When schedules fire, looked at from any instant: forwards, and backwards, which schedules themselves cannot. */
import { nextFireMs, type Schedule } from '../../schedules/schedule.ts'

const MINUTE_MS = 60_000
/** Windows to look back through: each reaches some twenty times further, and a sparse schedule is found in few steps. */
const LOOK_BACK_MS = [2 * MINUTE_MS, 40 * MINUTE_MS, 13 * 60 * MINUTE_MS, 11 * 86_400_000, 230 * 86_400_000]
/** A schedule that fires more often than this within one window is one of seconds: it is counted from its last run. */
const MOST_STEPS = 1_500

/** True where the times are marks on the calendar, whenever the last run was. */
export function isCalendar(schedule: Schedule): boolean {
  return schedule.type !== 'interval'
}

/**
 * At most `most` fire times after `afterMs` and up to `untilMs`, and how many more there were: counted while they are fewer
 * than `countMost`, all together; from there on as many as come at the pace so far.
 */
export function fireTimes(
  schedule: Schedule,
  zone: string,
  span: { readonly afterMs: number; readonly untilMs: number },
  most: number,
  countMost = most,
): { readonly atMs: readonly number[]; readonly more: number } {
  const atMs: number[] = []
  let more = 0
  let at = span.afterMs
  while (atMs.length + more < countMost) {
    const next = nextFireMs(schedule, at, zone)
    if (next === null || next > span.untilMs || next <= at) return { atMs, more }
    if (atMs.length < most) atMs.push(next)
    else more++
    at = next
  }
  const counted = atMs.length + more
  const left = countMost > most && at > span.afterMs ? (counted * (span.untilMs - at)) / (at - span.afterMs) : 0
  return { atMs, more: more + Math.floor(left) }
}

/** The latest time not after `atMs` at which a calendar schedule fired; null when there is none within 230 days. */
export function lastFireMs(schedule: Schedule, zone: string, atMs: number): number | null {
  for (const window of LOOK_BACK_MS) {
    const { atMs: found } = fireTimes(schedule, zone, { afterMs: atMs - window, untilMs: atMs }, MOST_STEPS)
    const last = found.at(-1)
    if (last !== undefined) return last
  }
  return null
}
