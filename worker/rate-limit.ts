/** A token bucket per task name and worker: one at once, then one every 1/rate seconds (worker-beat.md 2.8). */

import { stringRepr } from '../lib/protocol/exact-repr.ts'

/** `10/m`, `5/s`, `1/h`, a number of tasks per second; 0 or '' is "no limit" (null). Throws a RateError. */
export function parseRate(text: string | number | null): number | null {
  if (text === null || text === '' || text === 0) return null
  if (typeof text === 'number') return positive(text, String(text))
  const slash = text.indexOf('/')
  const [amount, unit] = slash < 0 ? [text, 's'] : [text.slice(0, slash), text.slice(slash + 1) || 's']
  const perSecond = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined
  if (perSecond === undefined) throw new RateError(unit, 'unit')
  return positive(amount.trim() === '' ? Number.NaN : Number(amount) / perSecond, amount)
}

/** `message`: the unit that is none, or Python's words for an amount that is none. */
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
    throw new RateError(`could not convert string to float: ${stringRepr(text)}`, 'amount')
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
