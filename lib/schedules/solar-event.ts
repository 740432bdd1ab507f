/**
 * When the sun next stands where an event wants it, by hour angles: the time until it stands there is known but for the
 * sun's own way in between, so a few rounds settle it. As PyEphem searches for Celery, without refraction by the air.
 */
import type * as Astronomy from 'astronomy-engine'
import { keptLibrary } from './kept-library.ts'
import type { Solar, SolarEvent } from './solar.ts'
import { DAY_MS } from './zone.ts'

export const sunLibrary = keptLibrary<typeof Astronomy>('astronomy-engine', () => import('astronomy-engine'))

interface Rule {
  /** Degrees of the sun above the horizon; null for noon. */
  readonly altitude: number | null
  readonly rising: boolean
  /** Whether the upper rim counts, not the middle. */
  readonly rim: boolean
}

/** 34 arc minutes: what the air lifts the sun by at the horizon, which Celery writes as the horizon itself. */
const HORIZON = -34 / 60

const RULES: Readonly<Record<SolarEvent, Rule>> = {
  dawn_astronomical: { altitude: -18, rising: true, rim: false },
  dawn_nautical: { altitude: -12, rising: true, rim: false },
  dawn_civil: { altitude: -6, rising: true, rim: false },
  sunrise: { altitude: HORIZON, rising: true, rim: true },
  solar_noon: { altitude: null, rising: true, rim: false },
  sunset: { altitude: HORIZON, rising: false, rim: true },
  dusk_civil: { altitude: -6, rising: false, rim: false },
  dusk_nautical: { altitude: -12, rising: false, rim: false },
  dusk_astronomical: { altitude: -18, rising: false, rim: false },
}

/** Celery's own: the days it looks ahead where the event does not happen every day. */
const MAX_SEARCH_DAYS = 366
const MAX_ROUNDS = 20
const SETTLED_MS = 1
/** A search that starts at an event looks for the following one. */
const SAME_EVENT_MS = 1000
/** The sun's radius in degrees at a distance of one astronomical unit. */
const RADIUS = 959.63 / 3600
const TURN = 2 * Math.PI
const RADIANS = Math.PI / 180

/** The first event after `afterMs`, or the end of the search when there is none within 366 days. */
export function nextSolarEventMs({ event, latitude, longitude }: Solar, afterMs: number): number {
  const sky = createSky(latitude, longitude)
  const rule = RULES[event]
  let startMs = afterMs
  for (let days = 0; days < MAX_SEARCH_DAYS; days++) {
    const found = search(sky, rule, startMs)
    if (found !== null && found > afterMs) return found
    startMs = nextHourAngle(sky, Math.PI, startMs)
  }
  return startMs
}

/** One turn of the sky on from `startMs`; null when the sun stays above or below all the time. */
function search(sky: Sky, { altitude, rising, rim }: Rule, startMs: number): number | null {
  if (altitude === null) return nextHourAngle(sky, 0, startMs)
  let happens = true
  const atMs = settle(sky, startMs, (sun) => {
    const level = (altitude - (rim ? RADIUS / sun.distance : 0)) * RADIANS
    const cosine =
      (Math.sin(level) - Math.sin(sky.latitude) * Math.sin(sun.declination)) /
      (Math.cos(sky.latitude) * Math.cos(sun.declination))
    happens = Math.abs(cosine) <= 1
    // Always above or below: go where it is lowest or highest, the sun may be different there.
    const angle = Math.acos(Math.min(1, Math.max(-1, cosine)))
    return rising ? -angle : angle
  })
  return happens ? atMs : null
}

function nextHourAngle(sky: Sky, hourAngle: number, startMs: number): number {
  return settle(sky, startMs, () => hourAngle)
}

/** The first time after `startMs` at which the sun has the hour angle that it is to have there. */
function settle(sky: Sky, startMs: number, targetOf: (sun: Sun) => number): number {
  const first = sky.sunAt(startMs)
  let stepMs = (positive(targetOf(first) - first.hourAngle) / TURN) * DAY_MS
  if (stepMs < SAME_EVENT_MS) stepMs += DAY_MS
  let atMs = startMs + stepMs
  for (let round = 0; round < MAX_ROUNDS && Math.abs(stepMs) > SETTLED_MS; round++) {
    const sun = sky.sunAt(atMs)
    stepMs = (nearest(targetOf(sun) - sun.hourAngle) / TURN) * DAY_MS
    atMs += stepMs
  }
  return Math.round(atMs)
}

interface Sun {
  /** Radians; 0 in the south (or north) and growing with time. */
  readonly hourAngle: number
  readonly declination: number
  /** Astronomical units. */
  readonly distance: number
}

interface Sky {
  readonly latitude: number
  sunAt(instantMs: number): Sun
}

function createSky(latitude: number, longitude: number): Sky {
  const { Body, Equator, Observer, SiderealTime } = sunLibrary.get()
  const observer = new Observer(latitude, longitude, 0)
  return {
    latitude: latitude * RADIANS,
    sunAt(instantMs) {
      const date = new Date(instantMs)
      const { ra, dec, dist } = Equator(Body.Sun, date, observer, true, true)
      const hours = SiderealTime(date) + longitude / 15 - ra
      return { hourAngle: hours * 15 * RADIANS, declination: dec * RADIANS, distance: dist }
    },
  }
}

function positive(angle: number): number {
  return ((angle % TURN) + TURN) % TURN
}

function nearest(angle: number): number {
  const turned = positive(angle)
  return turned > Math.PI ? turned - TURN : turned
}
