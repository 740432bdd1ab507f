/** What people type into the dialogs of a worker, read and judged. */

const MOST_SLOTS = 100_000

/** Null for what is no whole number of at least 0. */
export function wholeNumber(text: string): number | null {
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : null
}

/** Why these bounds cannot be, or null. */
export function autoscaleProblem(least: string, most: string): string | null {
  const [min, max] = [wholeNumber(least), wholeNumber(most)]
  if (min === null || max === null || max < 1 || max > MOST_SLOTS)
    return 'Enter two whole numbers, the second at least 1'
  return min > max ? 'The least is more than the most' : null
}

/** Celery's rate limits: `10`, `10/s`, `100/m`, `5/h`, a fraction too; 0 = none (worker-beat.md 2.8). */
export function rateProblem(text: string): string | null {
  return /^\d{1,9}(\.\d+)?(\/[smh])?$/.test(text.trim()) ? null : 'Enter a rate such as 10/m, or 0 for no limit'
}

/** Seconds; empty = none. Undefined: cannot be read. */
export function limitSeconds(text: string): number | null | undefined {
  const typed = text.trim()
  if (typed === '') return null
  return /^\d{1,9}(\.\d+)?$/.test(typed) && Number(typed) > 0 ? Number(typed) : undefined
}

/** Why these two limits cannot be, or null. */
export function timeLimitProblem(soft: string, hard: string): string | null {
  const [first, last] = [limitSeconds(soft), limitSeconds(hard)]
  if (first === undefined || last === undefined) return 'Enter seconds above 0, or nothing for no limit'
  return first !== null && last !== null && first >= last ? 'The soft limit must come before the hard one' : null
}
