/** How the numbers of a chart are to be read; it decides the steps of its axis and how values are written. */
export type ChartUnit = 'count' | 'rate' | 'duration'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
/** Steps above a second that a person counts time in; decimal ones (20 m, 50 m) read badly on a clock. */
const CLOCK_STEPS_MS = [
  1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 10_800, 21_600,
].map((seconds) => seconds * SECOND)
const DAY = 24 * HOUR

/**
 * At most `most` ticks from 0, evenly spaced on nice steps, the last of them at or above `max`. Counts never get
 * fractional steps. For `max` of 0 (or nothing known) the axis is 0 to 1, so that a flat line lies on the ground.
 */
export function niceTicks(max: number, unit: ChartUnit, most = 4): readonly number[] {
  const top = Number.isFinite(max) && max > 0 ? max : 1
  const intervals = Math.max(1, most - 1)
  const step = unit === 'duration' ? durationStep(top / intervals) : decimalStep(top / intervals, unit === 'count')
  const count = Math.max(1, Math.ceil(top / step - 1e-9))
  return Array.from({ length: count + 1 }, (_, i) => round(i * step))
}

/** Ticks of a logarithmic axis: powers of ten that enclose the values, at most `most`. Both must be above 0. */
export function logTicks(min: number, max: number, most = 4): readonly number[] {
  const low = Math.floor(Math.log10(min))
  const high = Math.max(low + 1, Math.ceil(Math.log10(max)))
  const step = Math.ceil((high - low) / Math.max(1, most - 1))
  const ticks: number[] = []
  for (let power = low; power < high + step; power += step) ticks.push(10 ** power)
  return ticks
}

function durationStep(rough: number): number {
  if (rough <= SECOND / 2) return decimalStep(rough, false)
  const step = CLOCK_STEPS_MS.find((candidate) => candidate >= rough)
  return step ?? Math.ceil(rough / DAY) * (rough > DAY / 2 ? DAY : DAY / 2)
}

function decimalStep(rough: number, whole: boolean): number {
  const power = 10 ** Math.floor(Math.log10(rough))
  const nice = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * (1 - 1e-9)) ?? 10
  const step = nice * power
  if (!whole) return step
  return step < 1 ? 1 : Math.ceil(step)
}

/** 0.1 + 0.2 must not print as 0.30000000000000004. */
function round(value: number): number {
  return Number(value.toPrecision(12))
}
