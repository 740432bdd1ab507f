/** Numbers and times in the bodies of Flower's API, as Python's float() and strptime() read them (flower.md 2.4). */

const FLOAT = /^\s*[+-]?(\d+(_\d+)*(\.(\d+(_\d+)*)?)?|\.\d+(_\d+)*)(e[+-]?\d+(_\d+)*)?\s*$/i
/** `%Y-%m-%d %H:%M:%S.%f` */
const TIME = /^(\d{4})-(\d{1,2})-(\d{1,2})\s+(\d{1,2}):(\d{1,2}):(\d{1,2})\.(\d{1,6})$/

/** NaN for what is no number. */
export function readCount(value: unknown): number {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return Number(value)
  return typeof value === 'string' && FLOAT.test(value) ? Number(value.replaceAll('_', '')) : Number.NaN
}

/** Python's float() of a text, with `inf` and `nan`; null for what is none. */
export function readFloat(text: string): number | null {
  const word = /^([+-]?)(inf|infinity|nan)$/i.exec(text)
  if (word !== null) {
    if (word[2]?.toLowerCase() === 'nan') return Number.NaN
    return word[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
  const number = readCount(text)
  return Number.isNaN(number) ? null : number
}

/** Null for what is no number of seconds. */
export function readSeconds(value: unknown): number | null {
  const seconds = readCount(value)
  return Number.isFinite(seconds) ? seconds : null
}

/** An ISO time in UTC, or null. */
export function readTime(value: unknown): string | null {
  const parts = typeof value === 'string' ? TIME.exec(value) : null
  if (parts === null) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map(Number)
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  const same = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60
  if (!same) return null
  return `${date.toISOString().slice(0, 19)}.${(parts[7] ?? '').padEnd(6, '0')}+00:00`
}
