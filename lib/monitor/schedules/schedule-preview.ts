/** What a form would do, before it is saved; from the texts of an address. */
import type { ScheduleForm, SchedulePreview } from '../../live/schedule-views.ts'
import { clockChangeWarnings } from '../../schedules/clock-changes.ts'
import { nextFires, zoneOfSchedule } from '../../schedules/schedule.ts'
import { scheduleWords } from '../../schedules/words.ts'
import { EMPTY_FORM, type FormProblem, readFormSchedule } from './schedule-form.ts'

const NEXT_TIMES = 5
/** Of what is being written every change of the clock within a year is worth a word. */
const WARN_DAYS = 366
const KINDS = ['interval', 'crontab', 'solar', 'clocked'] as const
const TEXT_MOST = 200

/** `text` gives a field as it stands in the address, null when it is left out. `zone` is the source's own. */
export function schedulePreview(
  text: (field: keyof ScheduleForm) => string | null,
  zone: string,
  nowMs: number,
): SchedulePreview {
  const read = formFrom(text)
  if ('problem' in read) return failed(read.problem)
  const schedule = readFormSchedule(read.form)
  if (!schedule.ok) return failed(schedule.problem)
  const own = zoneOfSchedule(schedule.value, zone)
  const nextMs = nextFires(schedule.value, { afterMs: nowMs, zone: own, count: NEXT_TIMES })
  const warnings = clockChangeWarnings(schedule.value, zone, nowMs, WARN_DAYS)
  const never = nextMs.length === 0 ? ['It does not run any more: its time has passed.'] : []
  return { when: scheduleWords(schedule.value, own), nextMs, warnings: [...warnings, ...never], problem: null }
}

function formFrom(
  text: (field: keyof ScheduleForm) => string | null,
): { readonly form: ScheduleForm } | { readonly problem: FormProblem } {
  const kind = KINDS.find((each) => each === (text('kind') ?? 'crontab'))
  if (kind === undefined) return { problem: { field: 'kind', message: `One of ${KINDS.join(', ')}.` } }
  const numbers: { [F in 'everySeconds' | 'latitude' | 'longitude' | 'clockedMs']?: number | null } = {}
  for (const field of ['everySeconds', 'latitude', 'longitude', 'clockedMs'] as const) {
    const given = text(field) ?? ''
    const value = given === '' || given === 'null' ? null : Number(given)
    if (value !== null && !Number.isFinite(value)) return { problem: { field, message: 'Enter a number.' } }
    numbers[field] = value
  }
  const or = (field: keyof ScheduleForm, otherwise: string) => (text(field) || otherwise).slice(0, TEXT_MOST)
  return {
    form: {
      ...EMPTY_FORM,
      ...numbers,
      kind,
      ...{ minute: or('minute', '*'), hour: or('hour', '*'), dayOfMonth: or('dayOfMonth', '*') },
      ...{ monthOfYear: or('monthOfYear', '*'), dayOfWeek: or('dayOfWeek', '*'), zone: or('zone', '') },
      solarEvent: or('solarEvent', ''),
    },
  }
}

function failed(problem: FormProblem): SchedulePreview {
  return { when: '', nextMs: [], warnings: [], problem }
}
