import { describe, expect, it } from 'vitest'
import type { RunNote } from '../../schedule-store/schedule-store.ts'
import { crontab } from '../../schedules/crontab.ts'
import { interval } from '../../schedules/interval.ts'
import type { Schedule } from '../../schedules/schedule.ts'
import type { TaskRecord } from '../records.ts'
import { createTaskRecord } from '../task-reducer.ts'
import { RUNS_KEPT, RunBook } from './run-book.ts'
import { runViews } from './run-views.ts'

const T0 = Date.parse('2026-01-05T10:00:00Z')
const MINUTE = 60_000
const EVERY_MINUTE = crontab({})
const HALF_MINUTE = interval(30)

function task(id: string, atMs: number, fields: Partial<TaskRecord> = {}): TaskRecord {
  return { ...createTaskRecord(id), name: 'proj.add', received: atMs / 1_000, state: 'RECEIVED', ...fields }
}
const note = (slotMs: number, taskId: string | null, fields: Partial<RunNote> = {}): RunNote => ({
  ...{ slotMs, sentMs: slotMs + 40, taskId, why: 'due' },
  ...fields,
})
const nobody = () => false

function seen(schedule: Schedule, tasks: readonly TaskRecord[]): RunBook {
  const book = new RunBook(schedule, 'UTC')
  for (const each of tasks) book.offer(each, false)
  return book
}
const slots = (book: RunBook) => book.runs.map(({ slotMs }) => ((slotMs ?? 0) - T0) / 1_000)

describe('runs that the store wrote down', () => {
  it('are linked with their tasks, whichever is known first', () => {
    const book = new RunBook(HALF_MINUTE, 'UTC')
    book.offer(task('a', T0 + 60), true)
    expect(book.runs).toEqual([])

    book.note([note(T0 + 30_000, 'b'), note(T0, 'a')])
    book.refresh(task('b', T0 + 30_050, { state: 'SUCCESS', succeeded: T0 / 1_000 + 31, runtime: 0.9 }))

    expect(book.hasStrays).toBe(false)
    expect(book.runs).toMatchObject([
      { taskId: 'a', slotMs: T0, sentMs: T0 + 40, noted: true },
      { taskId: 'b', state: 'SUCCESS', runtimeMs: 900 },
    ])
    expect(runViews(book.runs, null)[1]).toMatchObject({ outcome: 'succeeded', lateMs: 40, runtimeMs: 900 })
  })

  it('are completed from a task that had ended before its note was read', () => {
    const book = new RunBook(HALF_MINUTE, 'UTC')
    const ended = task('a', T0 + 60, { state: 'SUCCESS', succeeded: T0 / 1_000 + 1, runtime: 0.9 })
    book.offer(ended, true)
    book.note([note(T0, 'a')])

    book.complete((id) => (id === 'a' ? ended : undefined))

    expect(runViews(book.runs, null)[0]).toMatchObject({ outcome: 'succeeded', runtimeMs: 900 })
  })

  it('without a task id are linked with the task of the same moment', () => {
    const book = new RunBook(HALF_MINUTE, 'UTC')
    book.note([note(T0, null)])
    expect(book.offer(task('a', T0 + 500), true)).toBe(true)
    expect(book.runs).toMatchObject([{ taskId: 'a', noted: true }])
  })

  it('are kept once each, and only the newest of them', () => {
    const book = new RunBook(HALF_MINUTE, 'UTC')
    const all = Array.from({ length: 80 }, (_, i) => note(T0 + i * 30_000, `t${i}`)).reverse()
    book.note(all)
    expect(book.note(all)).toBe(false)
    expect(book.runs).toHaveLength(RUNS_KEPT)
    expect(book.newest?.taskId).toBe('t79')
  })

  it('twice for one slot is a doubled run', () => {
    const book = new RunBook(EVERY_MINUTE, 'UTC')
    book.note([note(T0, 'b', { sentMs: T0 + 900 }), note(T0, 'a')])
    expect(book.runs.map(({ doubled }) => doubled)).toEqual([false, true])
  })
})

describe('runs found among tasks', () => {
  it('of a crontab belong to the mark before them; what comes in between was called by somebody', () => {
    const book = seen(EVERY_MINUTE, [
      task('a', T0 + 20),
      task('hand', T0 + 45_000),
      task('b', T0 + MINUTE + 8_000, { sent: (T0 + MINUTE + 8_000) / 1_000 }),
      task('early', T0 + 2 * MINUTE - 300),
    ])
    expect(slots(book)).toEqual([0, 60, 120])
    expect(book.runs.map(({ taskId }) => taskId)).toEqual(['a', 'b', 'early'])
    expect(runViews(book.runs, null).map(({ lateMs }) => lateMs)).toEqual([20, 8_000, 0])
  })

  it('of an interval follow each other; a late one is counted from the last time it was due', () => {
    const book = seen(HALF_MINUTE, [
      task('a', T0),
      task('b', T0 + 30_010),
      task('hand', T0 + 41_000),
      task('c', T0 + 60_020),
      task('d', T0 + 160_000),
    ])
    expect(book.runs.map(({ taskId }) => taskId)).toEqual(['a', 'b', 'c', 'd'])
    expect(slots(book)).toEqual([0, 30, 60.01, 150.02])
  })

  it('of two beats at the marks of a crontab are doubled, and two of them tell of a second beat', () => {
    const book = seen(EVERY_MINUTE, [task('a', T0), task('b', T0 + 900), task('c', T0 + MINUTE)])
    expect(book.secondBeatMs(T0 + 5 * MINUTE, false, nobody)).toBeNull()
    book.offer(task('d', T0 + MINUTE + 700), false)
    expect(book.runs.map(({ doubled }) => doubled)).toEqual([false, true, false, true])
    expect(book.secondBeatMs(T0 + 5 * MINUTE, false, nobody)).toBe(T0 + MINUTE + 700)
  })

  it('of two beats with an interval keep the pace in turns', () => {
    const tasks = [0, 13, 30, 43, 60, 73].map((s) => task(`t${s}`, T0 + s * 1_000))
    const book = seen(HALF_MINUTE, tasks)
    expect(slots(book)).toEqual([0, 30, 60])
    expect(book.secondBeatMs(T0 + 2 * MINUTE, false, nobody)).toBe(T0 + 73_000)
    expect(book.runs.some(({ doubled }) => doubled)).toBe(true)
  })

  it('with senders in turns tell of two beats; a beat that was started anew does not', () => {
    const from = (clients: string) => [...clients].map((client, i) => task(`t${i}`, T0 + i * 30_000, { client }))
    expect(seen(HALF_MINUTE, from('AABABAB')).secondBeatMs(T0 + 9 * MINUTE, false, nobody)).not.toBeNull()
    expect(seen(HALF_MINUTE, from('AAAABBBB')).secondBeatMs(T0 + 9 * MINUTE, false, nobody)).toBeNull()
  })
})

describe('a second beat beside one that writes its runs down', () => {
  const written = () => {
    const book = new RunBook(HALF_MINUTE, 'UTC')
    book.note([2, 1, 0].map((i) => note(T0 + i * 30_000, `own${i}`)))
    return book
  }

  it('is told by tasks that keep the pace and that nobody wrote down', () => {
    const book = written()
    for (const s of [13, 43, 73]) book.offer(task(`t${s}`, T0 + s * 1_000), true)
    expect(book.secondBeatMs(T0 + 2 * MINUTE, true, nobody)).toBe(T0 + 73_000)
    expect(book.runs.filter(({ doubled }) => doubled).length).toBeGreaterThan(0)
  })

  it('is not told by single calls, by runs of other entries, nor before the notes were read', () => {
    const book = written()
    for (const s of [13, 51]) book.offer(task(`t${s}`, T0 + s * 1_000), true)
    expect(book.secondBeatMs(T0 + 2 * MINUTE, true, nobody)).toBeNull()
    const others = written()
    for (const s of [13, 43, 73]) others.offer(task(`t${s}`, T0 + s * 1_000), true)
    expect(others.secondBeatMs(T0 + 75_000, true, nobody)).toBeNull()
    expect(others.secondBeatMs(T0 + 2 * MINUTE, true, () => true)).toBeNull()
  })
})

describe('what a store of Python counts', () => {
  const late = (at: number, received: number) => task(`t${at}`, received, { received: received / 1_000 })

  it('and what tasks tell are the same runs', () => {
    const book = seen(EVERY_MINUTE, [task('a', T0 + 20), task('b', T0 + MINUTE + 30)])
    book.sawSent(T0 + MINUTE + 5, 2)
    expect(book.runs).toMatchObject([{ taskId: 'a' }, { taskId: 'b', noted: true, sentMs: T0 + MINUTE + 5 }])
    expect(runViews(book.runs, null).map(({ lateMs, doubled }) => [lateMs, doubled])).toEqual([
      [20, false],
      [5, false],
    ])
  })

  it.each([
    ['crontab', EVERY_MINUTE, MINUTE],
    ['interval', HALF_MINUTE, 30_000],
  ])('names runs of a %s that wait for workers: none of them is missed, late or doubled', (_, schedule, stepMs) => {
    const book = seen(schedule, [task('a', T0 + 20)])
    book.sawSent(T0, 1)
    book.sawSent(T0 + 2 * stepMs, 2)
    book.sawSent(T0 + 3 * stepMs, 1)
    const bounds = { schedule, zone: 'UTC', sinceMs: 0, untilMs: T0 + 3.5 * stepMs }
    expect(runViews(book.runs, bounds).map(({ outcome }) => outcome)).toEqual(['sent', 'sent', 'sent', 'sent'])

    // The workers have time for all of them at once.
    for (const at of [1, 2, 3]) book.offer(late(at, T0 + 3.6 * stepMs), false)
    expect(book.runs.map(({ taskId, doubled }) => [taskId, doubled])).toEqual([
      ['a', false],
      ['t1', false],
      ['t2', false],
      ['t3', false],
    ])
    expect(Math.max(...runViews(book.runs, null).map(({ lateMs }) => lateMs ?? 0))).toBeLessThan(100)
    expect(book.secondBeatMs(T0 + 10 * MINUTE, false, nobody)).toBeNull()
  })

  it('tells of a run by hand beside the one of its time', () => {
    const book = seen(EVERY_MINUTE, [task('a', T0 + 20), task('hand', T0 + 22_000)])
    book.sawSent(T0, 1)
    book.sawSent(T0 + 22_000, 1)
    expect(book.runs).toMatchObject([{ taskId: 'a' }, { taskId: 'hand', why: 'hand', doubled: false }])
  })
})

describe('no false alarm', () => {
  it('of calls that meet the pace by chance, nor of one long after its mark', () => {
    // As somebody calls it, now and then: two of them are about an interval apart.
    const calls = [4, 19, 33, 41, 57, 72, 80].map((s) => task(`c${s}`, T0 + 5 * MINUTE + s * 1_000))
    const book = new RunBook(HALF_MINUTE, 'UTC')
    book.note(Array.from({ length: 14 }, (_, i) => note(T0 + i * 30_000, `own${i}`)).reverse())
    for (const each of calls) book.offer(each, true)
    expect(book.secondBeatMs(T0 + 9 * MINUTE, true, nobody)).toBeNull()
    expect(book.runs.some(({ doubled }) => doubled)).toBe(false)

    const nightly = seen(crontab({ minute: 30, hour: 9 }), [])
    for (const [id, atMs] of [
      ['beat', 20],
      ['hand', 300_000],
    ] as const) {
      nightly.offer(task(id, T0 - 30 * MINUTE + atMs), false)
    }
    expect(nightly.runs).toMatchObject([{ taskId: 'beat', doubled: false }])
  })

  it('of clocks that are two seconds apart', () => {
    for (const skewMs of [-2_000, 2_000]) {
      const tasks = [0, 1, 2, 3].map((i) => task(`t${i}`, T0 + i * MINUTE + skewMs))
      const book = seen(EVERY_MINUTE, tasks)
      tasks.forEach((_, i) => {
        book.sawSent(T0 + i * MINUTE + 3, 1)
      })
      const bounds = { schedule: EVERY_MINUTE, zone: 'UTC', sinceMs: 0, untilMs: T0 + 3.5 * MINUTE }
      expect(runViews(book.runs, bounds).map(({ outcome, doubled }) => [outcome, doubled])).toEqual(
        Array.from({ length: 4 }, () => ['sent', false]),
      )
      expect(book.secondBeatMs(T0 + 9 * MINUTE, false, nobody)).toBeNull()
    }
  })

  it('of fail-overs between beats that share their notes', () => {
    const book = new RunBook(HALF_MINUTE, 'UTC')
    book.note(Array.from({ length: 8 }, (_, i) => note(T0 + i * 30_000, `t${i}`)).reverse())
    for (let i = 0; i < 8; i++) book.refresh(task(`t${i}`, T0 + i * 30_000, { client: i % 2 === 0 ? 'A' : 'B' }))
    expect(book.secondBeatMs(T0 + 9 * MINUTE, true, nobody)).toBeNull()
  })
})

describe('what the page shows of runs', () => {
  const bounds = (schedule: Schedule, untilMs: number, sinceMs = 0) => ({ schedule, zone: 'UTC', sinceMs, untilMs })
  const outcomes = (book: RunBook, untilMs: number, sinceMs = 0, schedule: Schedule = EVERY_MINUTE) =>
    runViews(book.runs, bounds(schedule, untilMs, sinceMs)).map(({ outcome }) => outcome)

  it('names the times that nobody sent', () => {
    const book = seen(EVERY_MINUTE, [task('a', T0), task('b', T0 + 3 * MINUTE)])
    expect(outcomes(book, T0 + 4 * MINUTE + 10)).toEqual(['sent', 'missed', 'missed', 'sent', 'missed'])
    expect(outcomes(book, T0 + 4 * MINUTE - 10)).toEqual(['sent', 'missed', 'missed', 'sent'])
  })

  it('does not judge what was due before it looked', () => {
    const book = seen(EVERY_MINUTE, [task('a', T0), task('b', T0 + 3 * MINUTE)])
    expect(outcomes(book, T0 + 3.5 * MINUTE, T0 + 90_000)).toEqual(['sent', 'missed', 'sent'])
  })

  it('an interval that drifts misses nothing; one that stood still does', () => {
    const steady = seen(
      HALF_MINUTE,
      [0, 33, 66, 99].map((s) => task(`t${s}`, T0 + s * 1_000)),
    )
    expect(outcomes(steady, T0 + 110_000, 0, HALF_MINUTE)).toEqual(['sent', 'sent', 'sent', 'sent'])
    const stood = seen(
      HALF_MINUTE,
      [0, 30, 120].map((s) => task(`t${s}`, T0 + s * 1_000)),
    )
    expect(outcomes(stood, T0 + 125_000, 0, HALF_MINUTE)).toEqual(['sent', 'sent', 'missed', 'missed', 'sent'])
  })

  it('a skipped run and one that could not be sent', () => {
    const book = new RunBook(EVERY_MINUTE, 'UTC')
    book.note([note(T0 + MINUTE, null, { why: 'skipped' }), note(T0, null, { why: 'failed' })])
    expect(outcomes(book, T0 + MINUTE + 10)).toEqual(['missed', 'skipped'])
  })

  it('a run that began before the last had ended overlaps', () => {
    const at = (s: number) => T0 / 1_000 + s
    const book = seen(EVERY_MINUTE, [
      task('a', T0, { started: at(0), succeeded: at(70), state: 'SUCCESS' }),
      task('b', T0 + MINUTE, { started: at(60), succeeded: at(65), state: 'SUCCESS' }),
      task('c', T0 + 2 * MINUTE, { started: at(120), state: 'STARTED' }),
      task('d', T0 + 3 * MINUTE, { started: at(180), state: 'STARTED' }),
    ])
    const views = runViews(book.runs, null)
    expect(views.map(({ overlaps }) => overlaps)).toEqual([false, true, false, true])
    expect(views.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded', 'running', 'running'])
  })
})

describe('a run that somebody asked for, of a beat that writes down none', () => {
  it('is the next one that comes, and intervals go on from it', () => {
    for (const isCountedFirst of [true, false]) {
      const book = seen(HALF_MINUTE, [task('a', T0), task('b', T0 + 30_000)])
      book.askedByHand(T0 + 40_000)
      const counted = () => book.sawSent(T0 + 40_900, 1)
      if (isCountedFirst) counted()
      book.offer(task('c', T0 + 41_000), false)
      if (!isCountedFirst) counted()
      book.offer(task('d', T0 + 71_000), false)
      expect(runViews(book.runs, null).map(({ taskId, byHand }) => [taskId, byHand])).toEqual([
        ['a', false],
        ['b', false],
        ['c', true],
        ['d', false],
      ])
      expect(book.runs.at(-1)?.slotMs).toBe((book.runs.at(-2)?.sentMs ?? 0) + 30_000)
    }
  })

  it('is not one of the calendar', () => {
    const book = seen(EVERY_MINUTE, [task('a', T0 + 5)])
    book.askedByHand(T0 + 20_000)
    book.offer(task('b', T0 + 20_500), false)
    book.offer(task('c', T0 + MINUTE + 5), false)
    expect(runViews(book.runs, null).map(({ byHand }) => byHand)).toEqual([false, true, false])
  })
})

describe('after a restart of the dashboard', () => {
  it('the run after a gap is not late: nobody looked', () => {
    const book = new RunBook(HALF_MINUTE, 'UTC', T0 + 10 * MINUTE)
    book.restore(seen(HALF_MINUTE, [task('a', T0), task('b', T0 + 30_000)]).runs)
    book.offer(task('b', T0 + 30_000), false)
    book.offer(task('c', T0 + 10 * MINUTE + 13_000), false)
    expect(slots(book)).toEqual([0, 30, 613])
  })

  it('what was due while it was away is not missed, what came after is', () => {
    const sinceMs = T0 + 100 * 24 * 60 * MINUTE
    const endMs = sinceMs + 10 * MINUTE
    const bounds = { zone: 'UTC', sinceMs, untilMs: endMs }
    for (const schedule of [HALF_MINUTE, EVERY_MINUTE]) {
      const views = runViews(seen(schedule, [task('a', T0)]).runs, { ...bounds, schedule })
      const missed = views.filter(({ outcome }) => outcome === 'missed').map(({ slotMs }) => slotMs ?? 0)
      expect(missed.at(-1)).toBe(sinceMs + 10 * MINUTE)
      expect(missed.length).toBeGreaterThan(10)
      expect(missed[0]).toBeGreaterThanOrEqual(sinceMs)
    }
  })
})
