import { describe, expect, it } from 'vitest'
import type { ScheduleForm } from '../../live/schedule-views.ts'
import type { ScheduleEntry } from '../../schedule-store/schedule-store.ts'
import { clocked } from '../../schedules/clocked.ts'
import { crontab } from '../../schedules/crontab.ts'
import { interval } from '../../schedules/interval.ts'
import type { Schedule } from '../../schedules/schedule.ts'
import { solar } from '../../schedules/solar.ts'
import { EMPTY_FORM, formOf, formSchema, readForm } from './schedule-form.ts'
import { schedulePreview } from './schedule-preview.ts'

const T0 = Date.parse('2026-01-05T10:00:10Z')
const entry = (schedule: Schedule, fields: Partial<ScheduleEntry> = {}): ScheduleEntry => ({
  ...{ name: 'nightly', task: 'proj.add', schedule, args: [1, 'two'], kwargs: { deep: { a: null } }, enabled: false },
  ...{ options: { queue: 'q', priority: 3, expires: 60, headers: { a: 1 }, routing_key: 'x' } },
  ...{ origin: 'code', description: 'Every night', startMs: 5, expiresMs: T0 * 2, oneOff: false },
  ...fields,
})
const form = (fields: Partial<ScheduleForm>): ScheduleForm => ({
  ...EMPTY_FORM,
  ...{ source: 'redis', name: 'nightly', task: 'proj.add' },
  ...fields,
})

describe('the form of an entry', () => {
  it.each([
    interval(2.5),
    interval(3_600, { relative: true }),
    crontab({ minute: '*/5', hour: '8-18', dayOfWeek: 'mon-fri' }, { timezone: 'Europe/Berlin' }),
    crontab({ minute: '0', dayOfMonth: '1,15', monthOfYear: 'jan' }),
    solar('sunset', 52.5, 13.4),
    clocked(T0),
  ])('gives the same entry back: %j', (schedule) => {
    const before = entry(schedule, { oneOff: schedule.type === 'clocked' })
    const shown = formOf('redis', before)
    if (shown === null) throw new Error('expected a form')
    expect(formSchema.parse(shown)).toEqual(shown)
    expect(readForm(shown, before)).toEqual({ ok: true, value: before })
  })

  it('leaves out what was emptied, and keeps what it has no field for', () => {
    const before = entry(interval(10))
    const shown = formOf('redis', before)
    if (shown === null) throw new Error('expected a form')
    const read = readForm({ ...shown, queue: '', priority: null, expiresSeconds: null, description: ' ' }, before)
    expect(read).toMatchObject({
      ok: true,
      value: { options: { headers: { a: 1 }, routing_key: 'x' }, description: null },
    })
    expect(read.ok && Object.keys(read.value.options)).toEqual(['headers', 'routing_key'])
  })

  it('of a new entry makes one that lives in its store', () => {
    const read = readForm(form({ kind: 'interval', everySeconds: 30 }), null)
    expect(read).toMatchObject({
      ok: true,
      value: { origin: 'store', args: [], kwargs: {}, options: {}, startMs: null },
    })
  })

  it.each([
    [{ name: ' ' }, 'name'],
    [{ name: ' x' }, 'name'],
    [{ task: '' }, 'task'],
    [{ minute: '61' }, 'minute'],
    [{ hour: '25' }, 'hour'],
    [{ dayOfWeek: 'someday' }, 'dayOfWeek'],
    [{ dayOfMonth: '31', monthOfYear: '2' }, 'dayOfMonth'],
    [{ zone: 'Europe/Nowhere' }, 'zone'],
    [{ kind: 'interval', everySeconds: 0 }, 'everySeconds'],
    [{ kind: 'interval', everySeconds: null }, 'everySeconds'],
    [{ kind: 'solar', solarEvent: 'moonrise', latitude: 1, longitude: 1 }, 'solarEvent'],
    [{ kind: 'solar', solarEvent: 'sunrise', latitude: 91, longitude: 1 }, 'latitude'],
    [{ kind: 'solar', solarEvent: 'sunrise', latitude: 1, longitude: null }, 'longitude'],
    [{ kind: 'clocked', clockedMs: null }, 'clockedMs'],
    [{ args: '{}' }, 'args'],
    [{ args: '[1' }, 'args'],
    [{ kwargs: '[]' }, 'kwargs'],
    [{ priority: 256 }, 'priority'],
    [{ priority: 1.5 }, 'priority'],
    [{ expiresSeconds: 0 }, 'expiresSeconds'],
  ] as const)('%j is wrong in %s', (fields, field) => {
    const read = readForm(form(fields as Partial<ScheduleForm>), null)
    expect(read).toMatchObject({ ok: false, problem: { field, message: expect.stringMatching(/\S{3}/) } })
  })
})

describe('the preview of a form', () => {
  const preview = (query: string) => {
    const given = new URLSearchParams(query)
    return schedulePreview((field) => given.get(field), 'Europe/Berlin', T0)
  }

  it('says in words when it runs, and the next five times, by the clock of the source', () => {
    expect(preview('kind=crontab&minute=30&hour=2&dayOfWeek=mon-fri')).toEqual({
      when: expect.stringMatching(/02:30/),
      nextMs: [6, 7, 8, 9, 12].map((day) => Date.UTC(2026, 0, day, 1, 30)),
      warnings: [],
      problem: null,
    })
    expect(preview('kind=interval&everySeconds=10').nextMs[0]).toBe(T0 + 10_000)
    expect(preview('kind=crontab&minute=0&hour=6&zone=UTC').nextMs[0]).toBe(Date.UTC(2026, 0, 6, 6))
  })

  it('warns of a time that the clock leaves out, and of one that is over', () => {
    expect(preview('minute=30&hour=2&dayOfWeek=').warnings).toEqual([
      expect.stringContaining('29 March 2026'),
      expect.stringContaining('25 October 2026'),
    ])
    expect(preview(`kind=clocked&clockedMs=${T0 - 1}`).warnings).toHaveLength(1)
  })

  it.each([
    ['kind=crontab&minute=99', 'minute'],
    ['kind=interval&everySeconds=soon', 'everySeconds'],
    ['kind=interval', 'everySeconds'],
    ['kind=weekly', 'kind'],
    ['zone=Mars', 'zone'],
  ])('%s names the field %s', (query, field) => {
    expect(preview(query)).toMatchObject({ when: '', nextMs: [], problem: { field } })
  })
})
