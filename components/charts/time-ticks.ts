const MINUTE = 60_000
const HOUR = 60 * MINUTE
const SECOND = 1_000
const STEPS_MS = [
  SECOND,
  2 * SECOND,
  5 * SECOND,
  10 * SECOND,
  15 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
]

export type TimeTick = { readonly atMs: number; readonly label: string }

/**
 * Ticks of a time axis on round times of the viewer's zone, at most `most`. Labels are `14:05`, with seconds where minutes would be
 * too far apart; the first tick of
 * another day than the one before it is written with its date, once (`21 Nov`).
 */
export function timeTicks(
  fromMs: number,
  toMs: number,
  most: number,
  offsetMs: number = zoneOffsetMs(toMs),
): readonly TimeTick[] {
  const span = toMs - fromMs
  if (!(span > 0) || most < 1) return []
  const step =
    STEPS_MS.find((candidate) => span / candidate <= most) ?? 24 * HOUR * Math.ceil(span / (24 * HOUR) / most)
  const ticks: TimeTick[] = []
  let day = dayOf(fromMs + offsetMs)
  for (let local = Math.ceil((fromMs + offsetMs) / step) * step; local <= toMs + offsetMs; local += step) {
    const today = dayOf(local)
    ticks.push({ atMs: local - offsetMs, label: today === day ? clock(local, step) : date(local) })
    day = today
  }
  return ticks
}

/** How far the viewer's clock is ahead of UTC at that moment. */
export function zoneOffsetMs(atMs: number): number {
  return -new Date(atMs).getTimezoneOffset() * MINUTE
}

function dayOf(localMs: number): number {
  return Math.floor(localMs / (24 * HOUR))
}

function clock(localMs: number, stepMs: number): string {
  return new Date(localMs).toISOString().slice(11, stepMs < MINUTE ? 19 : 16)
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function date(localMs: number): string {
  const day = new Date(localMs)
  return `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]}`
}
