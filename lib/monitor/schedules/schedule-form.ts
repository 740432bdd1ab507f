/** An entry as a form holds it, and back: what a person typed is read here, each fault with its field. */
import { z } from 'zod'
import { isProblem, messageOf } from '../../errors.ts'
import type { ScheduleForm } from '../../live/schedule-views.ts'
import { isRecord } from '../../protocol/record.ts'
import type { ScheduleEntry } from '../../schedule-store/schedule-store.ts'
import { clocked } from '../../schedules/clocked.ts'
import { crontab } from '../../schedules/crontab.ts'
import { interval } from '../../schedules/interval.ts'
import type { Schedule } from '../../schedules/schedule.ts'
import { type SolarEvent, solar } from '../../schedules/solar.ts'
import { isZone } from '../../schedules/zone.ts'

const text = z.string().max(200)
const json = z.string().max(65_536)
const number = z.number().nullable()

export const formSchema: z.ZodType<ScheduleForm> = z.strictObject({
  source: text,
  name: z.string().max(255),
  task: z.string().max(255),
  kind: z.enum(['interval', 'crontab', 'solar', 'clocked']),
  everySeconds: number,
  ...{ minute: text, hour: text, dayOfMonth: text, monthOfYear: text, dayOfWeek: text, zone: text },
  ...{ solarEvent: text, latitude: number, longitude: number, clockedMs: number },
  ...{ args: json, kwargs: json, queue: z.string().max(255), priority: number, expiresSeconds: number },
  enabled: z.boolean(),
  description: z.string().max(2_000),
})

export interface FormProblem {
  readonly field: string
  readonly message: string
}

export type ReadForm<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: FormProblem }

export const EMPTY_FORM: ScheduleForm = {
  ...{ source: '', name: '', task: '', kind: 'crontab', everySeconds: null },
  ...{ minute: '*', hour: '*', dayOfMonth: '*', monthOfYear: '*', dayOfWeek: '*', zone: '' },
  ...{ solarEvent: '', latitude: null, longitude: null, clockedMs: null, args: '[]', kwargs: '{}' },
  ...{ queue: '', priority: null, expiresSeconds: null, enabled: true, description: '' },
}

/** What the form of an entry starts from; null when no form can hold it. An empty zone is the application's own. */
export function formOf(source: string, entry: ScheduleEntry): ScheduleForm | null {
  const { options } = entry
  const fields = scheduleFields(entry.schedule)
  if (fields === null) return null
  return {
    ...EMPTY_FORM,
    ...{ source, name: entry.name, task: entry.task, enabled: entry.enabled, description: entry.description ?? '' },
    ...fields,
    ...{ args: JSON.stringify(entry.args), kwargs: JSON.stringify(entry.kwargs) },
    queue: typeof options['queue'] === 'string' ? options['queue'] : '',
    priority: finite(options['priority']),
    expiresSeconds: finite(options['expires']),
  }
}

/** Null for a kind that the form does not have. */
function scheduleFields(schedule: Schedule): Partial<ScheduleForm> | null {
  switch (schedule.type) {
    case 'interval':
      return { kind: 'interval', everySeconds: schedule.everySeconds }
    case 'crontab': {
      const { minute, hour, day_of_month, month_of_year, day_of_week } = schedule.spec
      const days = { dayOfMonth: day_of_month, monthOfYear: month_of_year, dayOfWeek: day_of_week }
      return { kind: 'crontab', minute, hour, ...days, zone: schedule.timezone ?? '' }
    }
    case 'clocked':
      return { kind: 'clocked', clockedMs: schedule.atMs }
    case 'solar':
      return { kind: 'solar', solarEvent: schedule.event, latitude: schedule.latitude, longitude: schedule.longitude }
    case 'rrule':
      return null
  }
}

/** The entry that the form says. What a form does not hold (other options, start and end) stays as `before` has it. */
export function readForm(form: ScheduleForm, before: ScheduleEntry | null): ReadForm<ScheduleEntry> {
  const name = form.name.trim()
  const task = form.task.trim()
  if (name === '') return wrong('name', 'Give the entry a name.')
  if (name !== form.name) return wrong('name', 'A name begins and ends without spaces.')
  if (task === '') return wrong('task', 'Enter the name of a task.')
  const schedule = readFormSchedule(form, before?.schedule ?? null)
  if (!schedule.ok) return schedule
  const args = parsed(form.args, '[]')
  if (!Array.isArray(args)) return wrong('args', 'Enter a JSON list, such as [1, "two"].')
  const kwargs = parsed(form.kwargs, '{}')
  if (!isRecord(kwargs)) return wrong('kwargs', 'Enter a JSON object, such as {"name": "value"}.')
  const { priority, expiresSeconds } = form
  if (priority !== null && (!Number.isInteger(priority) || priority < 0 || priority > 255)) {
    return wrong('priority', 'Enter a whole number from 0 to 255, or nothing.')
  }
  if (expiresSeconds !== null && !(expiresSeconds > 0)) {
    return wrong('expiresSeconds', 'Enter a number of seconds above 0, or nothing.')
  }
  const { queue: _queue, priority: _priority, expires, ...others } = before?.options ?? {}
  const queue = form.queue.trim()
  const options = {
    ...others,
    ...(queue !== '' && { queue }),
    ...(priority !== null && { priority }),
    // A date, which a form has no field for, stays.
    ...(expiresSeconds !== null ? { expires: expiresSeconds } : typeof expires === 'string' && { expires }),
  }
  return {
    ok: true,
    value: {
      ...{ name, task, schedule: schedule.value, args, kwargs, options, enabled: form.enabled },
      origin: before?.origin ?? 'store',
      description: form.description.trim() === '' ? null : form.description,
      startMs: before?.startMs ?? null,
      expiresMs: before?.expiresMs ?? null,
      oneOff: schedule.value.type === 'clocked' || (before?.oneOff ?? false),
    },
  }
}

export function readFormSchedule(form: ScheduleForm, before: Schedule | null = null): ReadForm<Schedule> {
  const zone = form.zone.trim()
  if (zone !== '' && !isZone(zone)) return wrong('zone', `No time zone is named ${zone}; one is Europe/Berlin.`)
  try {
    return { ok: true, value: makeSchedule(form, zone === '' ? null : zone, before) }
  } catch (error) {
    if (!isProblem(error, 'schedule/invalid')) return wrong(FIELD_OF_KIND[form.kind], messageOf(error))
    const { field, reason, expected } = error.facts
    return wrong(FIELDS[field] ?? FIELD_OF_KIND[form.kind], `${reason} Expected ${expected}.`)
  }
}

function makeSchedule(form: ScheduleForm, timezone: string | null, before: Schedule | null): Schedule {
  switch (form.kind) {
    case 'interval': {
      const relative = before?.type === 'interval' && before.relative
      return interval(form.everySeconds ?? 0, { relative })
    }
    case 'crontab': {
      const { minute, hour, dayOfMonth, monthOfYear, dayOfWeek } = form
      return crontab({ minute, hour, dayOfMonth, monthOfYear, dayOfWeek }, { timezone })
    }
    case 'clocked':
      return clocked(form.clockedMs ?? Number.NaN)
    case 'solar':
      return solar(form.solarEvent as SolarEvent, form.latitude ?? Number.NaN, form.longitude ?? Number.NaN) // it refuses other names
  }
}

/** Fields as the schedules name them, and as the form does. */
const FIELDS: Readonly<Record<string, string>> = {
  ...{ every: 'everySeconds', minute: 'minute', hour: 'hour', timezone: 'zone', at: 'clockedMs', event: 'solarEvent' },
  ...{ day_of_month: 'dayOfMonth', month_of_year: 'monthOfYear', day_of_week: 'dayOfWeek' },
  ...{ lat: 'latitude', lon: 'longitude', latitude: 'latitude', longitude: 'longitude' },
}
const FIELD_OF_KIND: Readonly<Record<ScheduleForm['kind'], string>> = {
  ...{ interval: 'everySeconds', crontab: 'minute', solar: 'solarEvent', clocked: 'clockedMs' },
}

function wrong(field: string, message: string): { readonly ok: false; readonly problem: FormProblem } {
  return { ok: false, problem: { field, message } }
}

function parsed(given: string, empty: string): unknown {
  try {
    return JSON.parse(given.trim() === '' ? empty : given) as unknown
  } catch {
    return undefined
  }
}

function finite(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}
