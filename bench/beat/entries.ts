/** The entries of the bench, the same in TypeScript and in Python (app.py). */
export const TASK = 'bench.tick'

export function nameOf(n: number): string {
  return `entry ${n}`
}

export function everySeconds(n: number): number {
  return 1 + (n % 60)
}
