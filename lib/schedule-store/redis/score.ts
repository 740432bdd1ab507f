/** The place of an entry in RedBeat's sorted set: seconds at which it is due next, -1 = never again. */
export function toScore(nextMs: number | null): number {
  return nextMs === null ? -1 : Math.floor(nextMs / 1000)
}
