/** A token bucket per task name and worker: one at once, then one every 1/rate seconds (worker-beat.md 2.8). */

/** `10/m`, `5/s`, `1/h`, a number of tasks per second; 0 or '' is "no limit" (null). Throws a RateError. */
export function parseRate(text: string | number | null): number | null {
  if (text === null || text === '' || text === 0) return null
  if (typeof text === 'number') return positive(text, String(text))
  const [amount = '', unit = 's'] = text.split('/', 2)
  const perSecond = UNITS[unit]
  if (perSecond === undefined) throw new RateError(`KeyError('${unit}')`, 'unit')
  return positive(Number(amount) / perSecond, text)
}

export class RateError extends Error {
  readonly what: 'unit' | 'amount'

  constructor(message: string, what: 'unit' | 'amount') {
    super(message)
    this.name = 'RateError'
    this.what = what
  }
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 }

function positive(perSecond: number, text: string): number | null {
  if (!Number.isFinite(perSecond) || perSecond < 0) {
    throw new RateError(`could not convert string to float: ${JSON.stringify(text)}`, 'amount')
  }
  return perSecond === 0 ? null : perSecond
}

export interface Bucket {
  /** Takes the next free place in time and says in how many milliseconds that is (0 = now). */
  reserveMs(nowMs: number): number
}

/** A bucket holds one token and earns nothing while it is full: no double start after a pause. */
export function createBucket(perSecond: number): Bucket {
  const gapMs = 1000 / perSecond
  let nextMs = Number.NEGATIVE_INFINITY
  return {
    reserveMs(nowMs) {
      const at = Math.max(nowMs, nextMs)
      nextMs = at + gapMs
      return at - nowMs
    },
  }
}
