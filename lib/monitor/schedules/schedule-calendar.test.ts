import { expect, it } from 'vitest'
import type { StoredEntry } from '../../schedule-store/schedule-store.ts'
import { crontab } from '../../schedules/crontab.ts'
import { interval } from '../../schedules/interval.ts'
import type { Schedule } from '../../schedules/schedule.ts'
import { createHandClock } from '../../testing/hand-clock.ts'
import { scheduleCalendar } from './schedule-calendar.ts'
import { TrackedEntry } from './tracked-entry.ts'
import { createTurns } from './turns.ts'

const clock = createHandClock()
const nowMs = clock.nowMs()

function tracked(name: string, schedule: Schedule): TrackedEntry {
  const entry = { name, task: 'proj.add', schedule, args: [], kwargs: {}, options: {}, enabled: true } as const
  const more = { origin: 'code', description: null, startMs: null, expiresMs: null, oneOff: false } as const
  const none = { skippedMs: null, heldUntilMs: null, heldBy: null, runNowMs: null }
  const stored: StoredEntry = { entry: { ...entry, ...more }, state: { lastRunMs: nowMs, totalRunCount: 0, ...none } }
  return new TrackedEntry('app', 'memory', stored, { zone: 'UTC', nowMs })
}

it('has a few times of each of thousands of entries, and counts the others', async () => {
  const entries = Array.from({ length: 10_000 }, (_, i) => tracked(`e${i}`, interval(10)))
  entries.push(tracked('hourly', crontab({ minute: 0 })), tracked('minutely', crontab()))
  const { rows } = await scheduleCalendar(entries, 24, nowMs, createTurns(clock))
  expect(rows).toHaveLength(10_002)
  expect(new Set(rows.slice(0, 10_000).map(({ atMs, more }) => atMs.length + more))).toEqual(new Set([8_640]))
  expect(Math.min(...rows.map(({ atMs }) => atMs.length))).toBeGreaterThan(7)
  expect(rows.slice(10_000).map(({ atMs, more }) => atMs.length + more)).toEqual([24, 1_440])
})
