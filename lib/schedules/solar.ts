/** Sunrise and the like at a place on earth, as celery.schedules.solar has them. */
import { UmbelError } from '../errors.ts'
import type { Due } from './due.ts'
import { type Fires, firing } from './fires.ts'
import { nextSolarEventMs } from './solar-event.ts'

export const SOLAR_EVENTS = [
  'dawn_astronomical',
  'dawn_nautical',
  'dawn_civil',
  'sunrise',
  'solar_noon',
  'sunset',
  'dusk_civil',
  'dusk_nautical',
  'dusk_astronomical',
] as const
export type SolarEvent = (typeof SOLAR_EVENTS)[number]

export interface Solar {
  readonly type: 'solar'
  readonly event: SolarEvent
  /** Degrees, north and east above 0. */
  readonly latitude: number
  readonly longitude: number
}

/** Throws schedule/invalid, in Celery's words, for an unknown event and for a place that is none. */
export function solar(event: SolarEvent, latitude: number, longitude: number): Solar & Fires {
  if (!SOLAR_EVENTS.includes(event)) {
    const names = [...SOLAR_EVENTS].sort().join(', ')
    refuse('event', event, `Argument event "${event}" is invalid, must be one of ${names}.`, 'a solar event')
  }
  if (!(latitude >= -90 && latitude <= 90)) {
    const reason = `Argument latitude ${latitude} is invalid, must be between -90 and 90.`
    refuse('latitude', latitude, reason, '-90 to 90')
  }
  if (!(longitude >= -180 && longitude <= 180)) {
    const reason = `Argument longitude ${longitude} is invalid, must be between -180 and 180.`
    refuse('longitude', longitude, reason, '-180 to 180')
  }
  const made: Solar = { type: 'solar', event, latitude, longitude }
  return firing(made, (afterMs) => nextSolarMs(made, afterMs))
}

/** A search over the polar night takes a year of days, and beat asks for the same run more than once. */
const lastAnswers = new WeakMap<Solar, { readonly lastMs: number; readonly nextMs: number }>()

/** The first event after `lastMs`; where the sun does not do it for a year, the end of that year (look again then). */
export function nextSolarMs(schedule: Solar, lastMs: number): number {
  const known = lastAnswers.get(schedule)
  if (known?.lastMs === lastMs) return known.nextMs
  const nextMs = nextSolarEventMs(schedule, lastMs)
  lastAnswers.set(schedule, { lastMs, nextMs })
  return nextMs
}

export function isSolarDue(schedule: Solar, lastMs: number, nowMs: number): Due {
  const next = nextSolarMs(schedule, lastMs)
  if (next > nowMs) return { due: false, nextMs: next - nowMs }
  return { due: true, nextMs: nextSolarMs(schedule, nowMs) - nowMs }
}

function refuse(field: string, value: unknown, reason: string, expected: string): never {
  throw new UmbelError('schedule/invalid', { field, value: JSON.stringify(value) ?? String(value), reason, expected })
}
