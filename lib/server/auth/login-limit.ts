/**
 * How often somebody may try a password. Only failures count: per address and name, per name, and per address
 * (reliability-security.md S16). Whoever once got in from an address is held back there by their own failures alone, so
 * that one who guesses behind the same proxy does not lock out the others.
 */
export interface LoginLimit {
  /** Seconds to wait before the next try is looked at; 0 = go on. */
  waitSeconds(address: string, name: string): number
  /** True when it is the first time, or the first for long: worth a line in the audit. */
  succeeded(address: string, name: string): boolean
  failed(address: string, name: string): void
}

interface Allowance {
  readonly burst: number
  readonly everyMs: number
}

/** Given back by a success: who mistypes and then gets in starts anew. */
const PAIR: Allowance = { burst: 10, everyMs: 6_000 }
/** Never given back: somebody may guess at the address where the owner gets in all the time. */
const PAIR_IN_ALL: Allowance = { burst: 60, everyMs: 10_000 }
const NAME: Allowance = { burst: 20, everyMs: 60_000 }
const ADDRESS: Allowance = { burst: 30, everyMs: 3_000 }
type Rule = readonly [key: string, allowance: Allowance]

const KEYS_MOST = 10_000
const TRIMMED = 1_000
/** After so long without a request the next one is a log-in again. */
const PROVEN_MS = 12 * 3_600_000

export function createLoginLimit(monotonicMs: () => number): LoginLimit {
  const failures = new Map<string, { left: number; atMs: number }>()
  const proven = new Map<string, number>()

  function left(key: string, { burst, everyMs }: Allowance): number {
    const known = failures.get(key)
    return known === undefined ? burst : Math.min(burst, known.left + (monotonicMs() - known.atMs) / everyMs)
  }

  function count(key: string, allowance: Allowance): void {
    const next = Math.max(0, left(key, allowance) - 1)
    failures.delete(key)
    failures.set(key, { left: next, atMs: monotonicMs() })
    trim(failures)
  }

  const pairOf = (address: string, name: string) => `${address} ${name}`
  const isProven = (pair: string) => monotonicMs() - (proven.get(pair) ?? Number.NEGATIVE_INFINITY) < PROVEN_MS

  return {
    waitSeconds(address, name) {
      const pair = pairOf(address, name)
      const own: readonly Rule[] = [
        [`p ${pair}`, PAIR],
        [`all ${pair}`, PAIR_IN_ALL],
      ]
      const shared: readonly Rule[] = [
        [`n ${name}`, NAME],
        [`a ${address}`, ADDRESS],
      ]
      const waits = (isProven(pair) ? own : [...own, ...shared]).map(
        ([key, allowance]) => (1 - left(key, allowance)) * allowance.everyMs,
      )
      return Math.max(0, Math.ceil(Math.max(...waits) / 1_000))
    },
    succeeded(address, name) {
      const pair = pairOf(address, name)
      const isNews = !isProven(pair)
      failures.delete(`p ${pair}`)
      proven.delete(pair)
      proven.set(pair, monotonicMs())
      trim(proven)
      return isNews
    },
    failed(address, name) {
      count(`p ${pairOf(address, name)}`, PAIR)
      count(`all ${pairOf(address, name)}`, PAIR_IN_ALL)
      count(`n ${name}`, NAME)
      count(`a ${address}`, ADDRESS)
    },
  }
}

/** Those that were not touched for longest go; many at once, since each look for the first costs something. */
function trim(map: Map<string, unknown>): void {
  if (map.size <= KEYS_MOST + TRIMMED) return
  let left = TRIMMED
  for (const oldest of map.keys()) {
    if (left-- === 0) return
    map.delete(oldest)
  }
}
