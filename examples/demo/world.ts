/**
 * The small world that the demo's tasks live in: what is broken at the moment, and its dice. Tasks run in processes of
 * their own, so what is broken follows from the clock, and the processes are told by their environment when it began.
 */
import { type IncidentTimes, incidentAt, type Part } from './incidents.ts'

const VARIABLE = 'DEMO_INCIDENTS'
const SEED = 20_260_101

/** From now on this process, and those that it starts, know when things go wrong. Returns what ends that. */
export function beginIncidents(startedMs: number, times: IncidentTimes): () => void {
  process.env[VARIABLE] = JSON.stringify([startedMs, times.firstAfterMs, times.pauseMs])
  return () => {
    delete process.env[VARIABLE]
  }
}

/** Never outside of the demo: a worker started by hand knows of no incidents. */
export function isBroken(part: Part, nowMs = Date.now()): boolean {
  const told = process.env[VARIABLE]
  if (told === undefined) return false
  const [startedMs, firstAfterMs, pauseMs] = JSON.parse(told) as [number, number, number] // as beginIncidents wrote it
  return incidentAt(nowMs - startedMs, { firstAfterMs, pauseMs })?.incident.breaks === part
}

/** Uniform in [0, 1). Seeded, so that one run of the demo is like the other; each process throws dice of its own. */
export const random: () => number = seededRandom(process.env[VARIABLE] === undefined ? SEED : SEED + process.pid)

/** A small generator (mulberry32): the same numbers for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A whole number from `low` to `high`, both included. */
export function between(low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1))
}

export function pick<T>(items: readonly [T, ...T[]]): T {
  return items[Math.floor(random() * items.length)] ?? items[0]
}
