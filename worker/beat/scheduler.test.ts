import { describe, expect, test } from 'vitest'
import { NEW_STATE } from '../../lib/schedule-store/schedule-book.ts'
import type { EntryState, ScheduleEntry, StoredEntry } from '../../lib/schedule-store/schedule-store.ts'
import { clocked } from '../../lib/schedules/clocked.ts'
import { crontabFromString } from '../../lib/schedules/crontab.ts'
import { interval } from '../../lib/schedules/interval.ts'
import type { Schedule } from '../../lib/schedules/schedule.ts'
import type { DueRun } from './plan.ts'
import { createScheduler, type RunEnd, type Scheduler } from './scheduler.ts'

const T0 = Date.parse('2026-01-01T00:00:10Z')
const HOUR = 3_600_000

function stored(name: string, schedule: Schedule, state: Partial<EntryState> = {}, parts: Partial<ScheduleEntry> = {}) {
  const entry: ScheduleEntry = {
    ...{ name, task: 't', schedule, args: [], kwargs: {}, options: {}, enabled: true, origin: 'code' },
    ...{ description: null, startMs: null, expiresMs: null, oneOff: false },
    ...parts,
  }
  return { entry, state: { ...NEW_STATE, lastRunMs: T0, ...state } }
}
function load(scheduler: Scheduler, entries: readonly StoredEntry[], nowMs = T0): void {
  scheduler.replace({ version: '', entries, broken: [] }, nowMs)
}
function create(
  entries: readonly StoredEntry[],
  options: { readonly deadline?: number; readonly zone?: string; readonly nowMs?: number } = {},
) {
  const trouble: string[] = []
  const scheduler = createScheduler({
    zone: options.zone ?? 'UTC',
    cronDeadlineSeconds: options.deadline ?? null,
    maxIntervalMs: 300_000,
    onTrouble: (name) => trouble.push(name),
  })
  load(scheduler, entries, options.nowMs ?? T0)
  return Object.assign(scheduler, { trouble })
}
/** All that is due, sent. */
function look(scheduler: Scheduler, nowMs: number, end: RunEnd = 'sent'): readonly DueRun['run'][] {
  const all = scheduler.takeAll(nowMs, 10_000)
  for (const due of all) scheduler.settle(due, end, nowMs)
  return all.map(({ run }) => run)
}
const slots = (runs: readonly DueRun['run'][]) => runs.map(({ name, slotMs }) => `${name} ${(slotMs - T0) / 1000}`)

describe('which entries run', () => {
  test('an interval first runs one interval after it was seen, then each interval, counted from when it was due', () => {
    const beat = create([stored('tick', interval(30))])

    expect(beat.lookMs()).toBe(T0 + 30_000)
    expect(slots(look(beat, T0 + 29_999))).toEqual([])
    expect(look(beat, T0 + 30_007)).toMatchObject([
      { name: 'tick', slotMs: T0 + 30_000, nowMs: T0 + 30_007, totalRunCount: 1, nextMs: T0 + 60_000, why: 'due' },
    ])
    expect(beat.lookMs()).toBe(T0 + 60_000)
    for (let n = 2; n < 1_000; n++) expect(slots(look(beat, T0 + n * 30_000 + (n % 50)))).toEqual([`tick ${n * 30}`])
  })

  test('runs missed during a stop make one, of the latest slot', () => {
    const nowMs = T0 + 5 * HOUR + 7_000
    const beat = create([stored('tick', interval(30)), stored('cron', crontabFromString('*/15 * * * *'))], { nowMs })

    expect(slots(look(beat, nowMs)).sort()).toEqual([`cron ${5 * 3600 - 10}`, `tick ${5 * 3600}`])
    expect(look(beat, nowMs)).toEqual([])
    expect(beat.lookMs()).toBe(T0 + 5 * HOUR + 30_000)
  })

  test('beat_cron_starting_deadline leaves out a crontab that is too late, and no interval', () => {
    const daily = crontabFromString('30 7 * * *')
    const lastRunMs = Date.parse('2026-01-01T07:30:00Z')
    const at = (text: string) => {
      const nowMs = Date.parse(text)
      return look(create([stored('daily', daily, { lastRunMs })], { deadline: 60, nowMs }), nowMs).length
    }

    expect(at('2026-01-02T07:31:00Z')).toBe(1)
    expect(at('2026-01-02T07:31:01Z')).toBe(0)
    const late = create([stored('tick', interval(30))], { deadline: 1, nowMs: T0 + HOUR })
    expect(look(late, T0 + HOUR)).toHaveLength(1)
  })

  test('F3: what could not be sent is due still, once, and what another beat sent is not', () => {
    const beat = create([stored('tick', interval(10))])

    expect(slots(look(beat, T0 + 10_000, 'failed'))).toEqual(['tick 10'])
    expect(slots(look(beat, T0 + 47_000, 'taken'))).toEqual(['tick 40'])
    expect(slots(look(beat, T0 + 50_000))).toEqual(['tick 50'])
    expect(slots(look(beat, T0 + 60_000, 'refused'))).toEqual(['tick 60'])
    expect(slots(look(beat, T0 + 70_000))).toEqual(['tick 70'])
  })

  test('a run that is on its way is not due once more', () => {
    const beat = create([stored('tick', interval(10))])
    const [due] = beat.takeAll(T0 + 10_000, 1)

    expect(beat.takeAll(T0 + 35_000, 1)).toEqual([])
    if (due !== undefined) beat.settle(due, 'sent', T0 + 35_000)
    expect(slots(look(beat, T0 + 35_000))).toEqual(['tick 30'])
  })

  test('a start time and an end: an interval begins with its start', () => {
    const beat = create([
      stored('later', interval(60), {}, { startMs: T0 + 45_000, expiresMs: T0 + 170_000 }),
      stored('cron', crontabFromString('* * * * *'), {}, { startMs: T0 + 60_000 }),
    ])

    expect(slots(look(beat, T0 + 44_999))).toEqual([])
    expect(slots(look(beat, T0 + 45_001))).toEqual(['later 45'])
    expect(slots(look(beat, T0 + 109_000))).toEqual(['later 105'])
    expect(slots(look(beat, T0 + 110_000))).toEqual(['cron 110'])
    expect(slots(look(beat, T0 + 165_000))).toEqual(['later 165'])
    expect(slots(look(beat, T0 + 500_000))).toEqual(['cron 470'])
  })

  test('what ended while nobody looked is not made up for', () => {
    const beat = create([stored('over', interval(60), {}, { expiresMs: T0 + 90_000 })], { nowMs: T0 + 100_000 })

    expect(look(beat, T0 + 100_000)).toEqual([])
    expect(beat.lookMs()).toBeNull()
  })

  test('a clocked time and a one-off entry run once', () => {
    const beat = create([stored('clocked', clocked(T0 + 5_000)), stored('once', interval(20), {}, { oneOff: true })])

    expect(look(beat, T0 + 20_000)).toMatchObject([
      { name: 'clocked', slotMs: T0 + 5_000, nextMs: null },
      { name: 'once', nextMs: null },
    ])
    expect(beat.lookMs()).toBeNull()
  })

  test('F8: an entry that cannot be reckoned is told, tried again later, and stops no other', () => {
    const broken = Object.defineProperty({ type: 'interval', relative: false }, 'everySeconds', {
      get() {
        throw new Error('no')
      },
    }) as Schedule // as a schedule of somebody else may be
    const beat = create([stored('bad', broken), stored('good', interval(10))])

    expect(slots(look(beat, T0 + 10_000))).toEqual(['good 10'])
    expect(beat.trouble).toEqual(['bad'])
    expect(look(beat, T0 + 300_000).map(({ name }) => name)).toEqual(['good'])
    expect(beat.trouble).toEqual(['bad', 'bad'])
  })
})

describe('what operators want', () => {
  test('a held entry waits, and does not make up for it; a hold may be ended early', () => {
    const beat = create([stored('tick', interval(10), { heldUntilMs: T0 + 35_000, heldBy: 'ann' })])

    expect(beat.lookMs()).toBe(T0 + 35_000)
    expect(slots(look(beat, T0 + 35_000))).toEqual([])
    expect(slots(look(beat, T0 + 40_000))).toEqual(['tick 40'])
    load(beat, [stored('tick', interval(10), { heldUntilMs: Number.POSITIVE_INFINITY })], T0 + 41_000)
    expect(beat.lookMs()).toBeNull()
    load(beat, [stored('tick', interval(10))], T0 + 95_000)
    expect(slots(look(beat, T0 + 95_000))).toEqual([])
    expect(slots(look(beat, T0 + 100_000))).toEqual(['tick 100'])
  })

  test('a disabled entry does not run, nor make up for it', () => {
    const beat = create([stored('tick', interval(10), {}, { enabled: false })])
    expect(beat.lookMs()).toBeNull()

    load(beat, [stored('tick', interval(10))], T0 + 35_000)

    expect(look(beat, T0 + 35_000)).toEqual([])
    expect(slots(look(beat, T0 + 40_000))).toEqual(['tick 40'])
  })

  test('a skipped run is left out, the one after it is not', () => {
    const beat = create([stored('tick', interval(10), { skippedMs: T0 + 10_000 })])

    expect(look(beat, T0 + 10_000)).toEqual([])
    expect(slots(look(beat, T0 + 20_000))).toEqual(['tick 20'])
  })

  test('a run by hand happens at once, also of a disabled entry, and moves nothing', () => {
    const byHand = stored('tick', interval(10), { runNowMs: T0 + 4_000 }, { enabled: false })
    const beat = create([stored('tick', interval(10))])

    load(beat, [byHand], T0 + 4_000)

    expect(look(beat, T0 + 4_000)).toMatchObject([{ name: 'tick', slotMs: T0 + 4_000, why: 'hand', totalRunCount: 1 }])
    expect(look(beat, T0 + 4_000)).toEqual([])
    load(beat, [stored('tick', interval(10))], T0 + 5_000)
    expect(slots(look(beat, T0 + 10_000))).toEqual(['tick 10'])
  })

  test('what is gone from the store does not run; what is new does; runs of the others stay', () => {
    const beat = create([stored('a', interval(10)), stored('b', interval(10))])
    look(beat, T0 + 10_000)

    load(beat, [stored('b', interval(10)), stored('c', interval(5), { lastRunMs: T0 + 11_000 })], T0 + 11_000)

    expect(slots(look(beat, T0 + 16_000))).toEqual(['c 16'])
    expect(slots(look(beat, T0 + 20_000))).toEqual(['b 20'])
  })
})

describe('F6: clocks that are set', () => {
  const cron = crontabFromString('* * * * *')

  test.each([HOUR, -HOUR, 86_400_000, -86_400_000, 7_000, -7_000])(
    'an interval goes on in its own time: %i ms',
    (by) => {
      const beat = create([stored('tick', interval(30))])
      look(beat, T0 + 30_000)

      beat.jump(by, T0 + 40_000 + by)

      expect(look(beat, T0 + 40_000 + by)).toEqual([])
      expect(beat.lookMs()).toBe(T0 + 60_000 + by)
      expect(look(beat, T0 + 60_000 + by)).toHaveLength(1)
    },
  )

  test('set forward by a day: a crontab makes one run; set back by an hour: none twice', () => {
    const beat = create([stored('cron', cron)])
    beat.jump(86_400_000, T0 + 86_400_000)
    expect(look(beat, T0 + 86_400_000)).toHaveLength(1)

    beat.jump(-HOUR, T0 + 86_400_000 - HOUR)

    const again = [10, 20, 30].flatMap((minutes) => look(beat, T0 + 86_400_000 + (minutes - 60) * 60_000))
    expect(again).toEqual([])
    expect(look(beat, T0 + 86_400_000 + 50_000)).toHaveLength(1)
  })

  test('set back by more than three hours: a crontab runs on by the new time', () => {
    const beat = create([stored('cron', cron)], { nowMs: T0 + 86_400_000 })
    look(beat, T0 + 86_400_000)

    beat.jump(-86_400_000, T0)

    expect(look(beat, T0)).toEqual([])
    expect(look(beat, T0 + 50_000)).toHaveLength(1)
  })

  test('a run on its way while the clock is set keeps its phase', () => {
    const beat = create([stored('tick', interval(30))])
    const due = beat.takeAll(T0 + 30_000, 1)[0]
    beat.jump(HOUR, T0 + 30_000 + HOUR)
    if (due !== undefined) beat.settle(due, 'sent', T0 + 31_000 + HOUR)

    expect(beat.lookMs()).toBe(T0 + 60_000 + HOUR)
  })

  test('a last run from a clock that was ahead keeps nothing waiting', () => {
    const beat = create([stored('tick', interval(30), { lastRunMs: T0 + 86_400_000 })])

    expect(beat.lookMs()).toBe(T0 + 30_000)
  })

  test.each([
    ['Europe/Berlin', '2026-03-29', '30 2 * * *', 1],
    ['Europe/Berlin', '2026-10-25', '30 2 * * *', 1],
    ['Europe/Berlin', '2026-10-25', '*/30 * * * *', 50],
    ['America/New_York', '2026-03-08', '*/30 * * * *', 46],
    ['America/New_York', '2026-11-01', '0 1 * * *', 1],
    ['Australia/Lord_Howe', '2026-04-05', '0 * * * *', 24],
  ])('DST in %s on %s: "%s" runs %i times', (zone, day, line, count) => {
    const startMs = Date.parse(`${day}T00:00:00Z`) - zoneOffsetMs(zone, day)
    const schedule = crontabFromString(line)
    const beat = create([stored('cron', schedule, { lastRunMs: startMs - 1 })], { zone, nowMs: startMs - 1 })
    const endMs = Date.parse(`${day}T00:00:00Z`) + 86_400_000 - zoneOffsetMs(zone, day, 86_400_000) - 1
    let runs = 0
    for (let at = beat.lookMs(); at !== null && at <= endMs; at = beat.lookMs()) runs += look(beat, at).length

    expect(runs).toBe(count)
  })
})

test('F7: of 100,000 entries only those that are due cost anything', { timeout: 60_000 }, () => {
  const entries = Array.from({ length: 100_000 }, (_, n) => stored(`entry ${n}`, interval(1 + (n % 60))))
  const beat = create(entries)
  const start = process.cpuUsage()
  let runs = 0
  for (let ms = 0; ms < 10_000; ms += 100) runs += look(beat, T0 + ms).length

  expect(runs).toBeGreaterThan(50_000)
  // Of the processor alone, which others may keep busy: some microseconds a run.
  expect(process.cpuUsage(start).user / 1_000).toBeLessThan(3_000)
})

test('thousands of intervals that begin together do not fall due together', () => {
  const entries = Array.from({ length: 6_000 }, (_, n) => stored(`entry ${n}`, interval(60)))
  const beat = create(entries)
  const each = Array.from({ length: 60 }, (_, second) => look(beat, T0 + (second + 1) * 1_000).length)

  expect(each.reduce((a, b) => a + b)).toBe(6_000)
  expect(Math.max(...each)).toBeLessThan(200)
})

function zoneOffsetMs(zone: string, day: string, plusMs = 0): number {
  const at = Date.parse(`${day}T00:00:00Z`) + plusMs
  const text = new Date(at).toLocaleString('sv', { timeZone: zone })
  const first = Date.parse(`${text.replace(' ', 'T')}Z`) - at
  // The offset at that zone's own midnight.
  const again = new Date(at - first).toLocaleString('sv', { timeZone: zone })
  return Date.parse(`${again.replace(' ', 'T')}Z`) - (at - first)
}
