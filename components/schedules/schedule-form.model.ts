/** What the form of an entry holds while it is filled in: text, as typed. Pure. */
import type { ScheduleForm } from '../../lib/live/schedule-views.ts'
import { fromLocalInput, toLocalInput } from './hold-times.ts'

export const SCHEDULE_KINDS = [
  'interval',
  'crontab',
  'solar',
  'clocked',
] as const satisfies readonly ScheduleForm['kind'][]
export const EVERY_UNITS = ['seconds', 'minutes', 'hours', 'days'] as const
export type EveryUnit = (typeof EVERY_UNITS)[number]

/** Celery's names of the sun's events. */
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

/** The fields of the contract, with those that are numbers there as text, and the interval in a unit of choice. */
export type ScheduleDraft = Omit<
  ScheduleForm,
  'everySeconds' | 'latitude' | 'longitude' | 'clockedMs' | 'priority' | 'expiresSeconds'
> & {
  readonly every: string
  readonly unit: EveryUnit
  readonly latitude: string
  readonly longitude: string
  /** As an input of the type `datetime-local` holds it. */
  readonly clocked: string
  readonly priority: string
  readonly expires: string
}

export type DraftField = Exclude<keyof ScheduleDraft, 'enabled' | 'kind' | 'unit' | 'source'>
export type DraftProblems = { readonly [F in DraftField]?: string }
export type ParsedDraft =
  | { readonly ok: true; readonly form: ScheduleForm }
  | { readonly ok: false; readonly problems: DraftProblems }

const UNIT_SECONDS: Readonly<Record<EveryUnit, number>> = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 }

export function newDraft(source: string, zone: string): ScheduleDraft {
  return {
    source,
    name: '',
    task: '',
    kind: 'interval',
    every: '60',
    unit: 'seconds',
    minute: '*',
    hour: '*',
    dayOfMonth: '*',
    monthOfYear: '*',
    dayOfWeek: '*',
    zone,
    solarEvent: 'sunrise',
    latitude: '',
    longitude: '',
    clocked: '',
    args: '',
    kwargs: '',
    queue: '',
    priority: '',
    expires: '',
    enabled: true,
    description: '',
  }
}

/** The draft of an entry that exists. */
export function draftOf(form: ScheduleForm): ScheduleDraft {
  const { everySeconds, latitude, longitude, clockedMs, priority, expiresSeconds, ...same } = form
  const blank = newDraft(form.source, form.zone)
  return {
    ...same,
    ...(everySeconds === null ? { every: blank.every, unit: blank.unit } : inUnit(everySeconds)),
    solarEvent: form.solarEvent === '' ? blank.solarEvent : form.solarEvent,
    minute: form.minute === '' ? '*' : form.minute,
    hour: form.hour === '' ? '*' : form.hour,
    dayOfMonth: form.dayOfMonth === '' ? '*' : form.dayOfMonth,
    monthOfYear: form.monthOfYear === '' ? '*' : form.monthOfYear,
    dayOfWeek: form.dayOfWeek === '' ? '*' : form.dayOfWeek,
    args: isNothing(form.args, '[]') ? '' : form.args,
    kwargs: isNothing(form.kwargs, '{}') ? '' : form.kwargs,
    latitude: textOf(latitude),
    longitude: textOf(longitude),
    clocked: clockedMs === null ? '' : toLocalInput(clockedMs),
    priority: textOf(priority),
    expires: textOf(expiresSeconds),
  }
}

/** The form that the draft says, or what is wrong with which field. The server has the last word. */
export function parseDraft(draft: ScheduleDraft): ParsedDraft {
  const problems: { [F in DraftField]?: string } = {}
  const { every, unit, clocked, expires, latitude, longitude, priority, ...same } = draft
  const number = (field: DraftField, text: string, least: number, most: number, whole = false) => {
    const value = numberOf(text)
    if (value !== null && value >= least && value <= most && (!whole || Number.isInteger(value))) return value
    problems[field] = `Enter ${whole ? 'a whole number' : 'a number'} from ${least} to ${most}.`
    return null
  }
  const isKind = (kind: ScheduleForm['kind']) => draft.kind === kind
  if (draft.name.trim() === '') problems.name = 'Give the entry a name.'
  if (draft.task.trim() === '') problems.task = 'Name the task that it sends.'
  const seconds = isKind('interval') ? everySeconds(every, unit) : null
  if (isKind('interval') && seconds === null) problems.every = 'Enter a number above 0.'
  const clockedMs = isKind('clocked') ? fromLocalInput(clocked) : null
  if (isKind('clocked') && clockedMs === null) problems.clocked = 'Enter a day and a time.'
  const args = jsonProblem(draft.args, Array.isArray, 'a list: [42, "de"]')
  if (args !== null) problems.args = args
  const kwargs = jsonProblem(draft.kwargs, isObject, 'an object: {"full": true}')
  if (kwargs !== null) problems.kwargs = kwargs
  const form: ScheduleForm = {
    ...same,
    name: draft.name.trim(),
    task: draft.task.trim(),
    zone: draft.zone.trim(),
    queue: draft.queue.trim(),
    args: draft.args.trim() === '' ? '[]' : draft.args.trim(),
    kwargs: draft.kwargs.trim() === '' ? '{}' : draft.kwargs.trim(),
    everySeconds: seconds,
    latitude: isKind('solar') ? number('latitude', latitude, -90, 90) : null,
    longitude: isKind('solar') ? number('longitude', longitude, -180, 180) : null,
    clockedMs,
    priority: priority.trim() === '' ? null : number('priority', priority, 0, 255, true),
    expiresSeconds: expires.trim() === '' ? null : number('expires', expires, 1, 31_536_000),
  }
  return Object.keys(problems).length === 0 ? { ok: true, form } : { ok: false, problems }
}

const FIELD_OF: Readonly<Record<string, DraftField>> = {
  everySeconds: 'every',
  clockedMs: 'clocked',
  expiresSeconds: 'expires',
}

/** The field of the draft that the server means; null for one that the form does not have. */
export function draftField(field: string): DraftField | null {
  const known = newDraft('', '')
  if (Object.hasOwn(FIELD_OF, field)) return FIELD_OF[field] ?? null
  return Object.keys(known).includes(field) ? (field as DraftField) : null // it is one of its keys
}

/** What the preview is asked with: the fields that count, none of those that are not known. */
export function previewQuery(form: ScheduleForm): string {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(form)) if (value !== null) query.set(key, String(value))
  return query.toString()
}

/** The largest unit that has no fraction. */
function inUnit(seconds: number): { readonly every: string; readonly unit: EveryUnit } {
  const unit = EVERY_UNITS.findLast((one) => seconds >= UNIT_SECONDS[one] && seconds % UNIT_SECONDS[one] === 0)
  return { every: String(seconds / UNIT_SECONDS[unit ?? 'seconds']), unit: unit ?? 'seconds' }
}

function everySeconds(text: string, unit: EveryUnit): number | null {
  const value = numberOf(text)
  if (value === null || value <= 0) return null
  return Number((value * UNIT_SECONDS[unit]).toPrecision(12))
}

function jsonProblem(text: string, test: (value: unknown) => boolean, wanted: string): string | null {
  if (text.trim() === '') return null
  try {
    return test(JSON.parse(text)) ? null : `Enter ${wanted}.`
  } catch {
    return `This is not JSON. Enter ${wanted}.`
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** "1,000" and "1 000" are numbers to people. */
function numberOf(text: string): number | null {
  const plain = text.replaceAll(/[\s,]/g, '')
  return plain === '' || !Number.isFinite(Number(plain)) ? null : Number(plain)
}

function textOf(value: number | null): string {
  return value === null ? '' : String(value)
}

function isNothing(text: string, nothing: string): boolean {
  return text.replaceAll(/\s/g, '') === nothing
}
