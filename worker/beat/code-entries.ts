/** The periodic tasks of an app's settings as entries of a store (worker-beat.md 5.1). */
import { type BeatEntry, checkFields, readSchedule } from '../../lib/client/beat-schedule.ts'
import { wireOptionsOf } from '../../lib/client/canvas/option-names.ts'
import type { Celery } from '../../lib/client/celery.ts'
import { messageOf } from '../../lib/errors.ts'
import { encodeExtended } from '../../lib/protocol/extended-json.ts'
import { isRecord } from '../../lib/protocol/record.ts'
import type { BrokenEntry, ScheduleEntry } from '../../lib/schedule-store/schedule-store.ts'
import type { Schedule } from '../../lib/schedules/schedule.ts'
import { LAZY, type LazyValue, type LazyValues } from './lazy-values.ts'

export interface CodeEntries {
  readonly entries: readonly ScheduleEntry[]
  /** What cannot be read; the others run. */
  readonly broken: readonly BrokenEntry[]
  /** Functions among arguments, by the name of their entry: a store cannot keep them. */
  readonly lazy: ReadonlyMap<string, LazyValues>
}

const CLEANUP = 'celery.backend_cleanup'
const CLEANUP_ENTRY: BeatEntry = { task: CLEANUP, schedule: '0 4 * * *', options: { expires: 12 * 3600 } }
/** Backends whose results go away by themselves; the first word of the URL (celery/backends: supports_autoexpire). */
const AUTO_EXPIRE =
  /^(redis|rediss|redis\+socket|rediss\+socket|sentinel|sentinels|rpc|memory|cache|cache\+[a-z]+|memcached?|cassandra|consul|couchbase|dynamodb)\b/

export function codeEntries(app: Celery): CodeEntries {
  const entries: ScheduleEntry[] = []
  const broken: BrokenEntry[] = []
  const lazy = new Map<string, LazyValues>()
  const intervals = new Map<string, Schedule>()
  for (const [name, entry] of Object.entries(withDefaults(app))) {
    try {
      entries.push(readEntry(name, entry, intervals))
      const values = lazyValues(entry)
      if (values !== null) lazy.set(name, values)
    } catch (error) {
      broken.push({ name, reason: messageOf(error) })
    }
  }
  return { entries, broken, lazy }
}

/** Results that nothing else removes are removed once a day, unless the app says how. */
function withDefaults({ conf }: Celery): Readonly<Record<string, BeatEntry>> {
  const { beat_schedule: given, result_expires: expires, result_backend: backend } = conf
  const isNeeded = expires !== null && expires !== 0 && !AUTO_EXPIRE.test(backend ?? 'disabled')
  return isNeeded && !Object.hasOwn(given, CLEANUP) ? { ...given, [CLEANUP]: CLEANUP_ENTRY } : given
}

/** Of 100,000 entries almost all have nothing here: one nothing is enough for all. */
const NOTHING: Readonly<Record<string, unknown>> = Object.freeze({})

/** Entries of the same interval share it. */
function scheduleOf(name: string, entry: BeatEntry, intervals: Map<string, Schedule>): Schedule {
  const { schedule, relative = false } = entry
  if (typeof schedule !== 'number') return readSchedule(name, entry)
  const key = `${schedule} ${relative}`
  const known = intervals.get(key) ?? readSchedule(name, entry)
  intervals.set(key, known)
  return known
}

/** Throws option/invalid for a schedule, and `message/invalid` for an argument, that cannot be. */
function readEntry(name: string, entry: BeatEntry, intervals: Map<string, Schedule>): ScheduleEntry {
  if (typeof entry !== 'object' || entry === null) throw new Error(`expected an object, got ${JSON.stringify(entry)}`)
  checkFields(name, entry)
  const { task, args = [], kwargs = {}, options = {}, enabled = true, description = null } = entry
  if (typeof task !== 'string' || task === '') throw new Error('task: expected the name of a task')
  if (!Array.isArray(args)) throw new Error('args: expected a list')
  if (!isRecord(kwargs)) throw new Error('kwargs: expected an object')
  return {
    name,
    task,
    schedule: scheduleOf(name, entry, intervals),
    args: args.map(storedValue),
    kwargs: storedRecord(kwargs),
    options: isEmpty(options) ? NOTHING : recordOf(encodeExtended(wireOptionsOf(options))),
    enabled,
    origin: 'code',
    description,
    startMs: null,
    expiresMs: null,
    oneOff: false,
  }
}

function storedValue(value: unknown): unknown {
  return typeof value === 'function' ? { [LAZY]: value.name } : encodeExtended(value)
}

function storedRecord(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (isEmpty(values)) return NOTHING
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, storedValue(value)]))
}

function isEmpty(values: object): boolean {
  for (const _ in values) return false
  return true
}

function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {}
}

function lazyValues({ args = [], kwargs = {} }: BeatEntry): LazyValues | null {
  const values = new Map<string | number, LazyValue>()
  for (const [at, value] of args.entries()) if (isFunction(value)) values.set(at, value)
  for (const [key, value] of Object.entries(kwargs)) if (isFunction(value)) values.set(key, value)
  return values.size === 0 ? null : values
}

function isFunction(value: unknown): value is LazyValue {
  return typeof value === 'function'
}
