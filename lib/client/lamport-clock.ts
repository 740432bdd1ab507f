/** The logical clock that orders events and control messages between programs (wire.md C5). */
export interface LamportClock {
  readonly value: number
  /** For everything that is sent. */
  forward(): number
  /** For everything that is received; what is not a sane number is ignored, or one bad peer would move all clocks. */
  adjust(other: unknown): number
}

/** Beyond this, adding 1 is no longer exact. */
const LARGEST = Number.MAX_SAFE_INTEGER - 1

export function createLamportClock(start = 0): LamportClock {
  let value = start
  return {
    get value() {
      return value
    },
    forward: () => ++value,
    adjust(other) {
      const known = typeof other === 'number' && Number.isInteger(other) && other >= 0 && other < LARGEST ? other : 0
      value = Math.max(value, known) + 1
      return value
    },
  }
}
