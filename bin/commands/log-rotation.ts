/** When a log file is begun anew by time, in the words of Tornado's --log-rotate-when, and what the old one is called then. */

export interface LogRotation {
  /** The first time after `afterMs` (epoch, milliseconds). Midnights are those of the local clock. */
  next(afterMs: number): number
  /** What follows the name of a file that ends at `endMs`: when it began, `2026-11-21`. In the order of time as text. */
  suffix(endMs: number): string
  /** Matches a suffix as a whole. */
  readonly suffixes: RegExp
}

/** Of one length of time: S, M, H and D. The suffix is as many characters of `2026-11-21_08-05-09`. */
const UNITS: Readonly<Record<string, { readonly ms: number; readonly characters: number }>> = {
  S: { ms: 1_000, characters: 19 },
  M: { ms: 60_000, characters: 16 },
  H: { ms: 3_600_000, characters: 13 },
  D: { ms: 86_400_000, characters: 10 },
}

const DAY = 10

/** Null: it is none of S, M, H, D, midnight, W0 (the end of Monday) to W6. Capitals do not count. */
export function logRotation(when: string, interval: number): LogRotation | null {
  const word = when.toUpperCase()
  const unit = UNITS[word]
  if (unit !== undefined) {
    const { ms, characters } = unit
    return {
      next: (afterMs) => afterMs + interval * ms,
      suffix: (endMs) => localText(endMs - interval * ms).slice(0, characters),
      suffixes: suffixesOf(characters),
    }
  }
  if (word === 'MIDNIGHT') return atMidnight(interval, () => 0)
  const [, day] = /^W([0-6])$/.exec(word) ?? []
  if (day === undefined) return null
  const daysUntil = (now: Date) => (Number(day) - ((now.getDay() + 6) % 7) + 7) % 7
  return atMidnight(interval * 7, daysUntil, 7)
}

/** `daysUntil`: from today to the day at whose end it is time; then every `days`, counted from the first `step` of them. */
function atMidnight(days: number, daysUntil: (now: Date) => number, step = 1): LogRotation {
  return {
    next(afterMs) {
      const now = new Date(afterMs)
      return dayBegin(now, daysUntil(now) + 1 + days - step)
    },
    suffix: (endMs) => localText(dayBegin(new Date(endMs), -days)).slice(0, DAY),
    suffixes: suffixesOf(DAY),
  }
}

/** By the calendar: a day may have 23 or 25 hours. */
function dayBegin(day: Date, later: number): number {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + later).getTime()
}

function localText(ms: number): string {
  const at = new Date(ms)
  const two = (number: number) => String(number).padStart(2, '0')
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${date}_${two(at.getHours())}-${two(at.getMinutes())}-${two(at.getSeconds())}`
}

function suffixesOf(characters: number): RegExp {
  return new RegExp(`^${'0000-00-00_00-00-00'.slice(0, characters).replaceAll('0', '\\d')}$`)
}
