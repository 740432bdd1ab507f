/** One entry: the hash of RedBeat with our own fields beside it, and what the rest of the program has. */
import { messageOf } from '../../errors.ts'
import { formatJson, parseJson } from '../../protocol/json.ts'
import { isRecord } from '../../protocol/record.ts'
import type { EntryState, ScheduleEntry, StoredEntry } from '../schedule-store.ts'
import { decodeDatetime, encodeDatetime, fromRedBeat, plainNumber, toRedBeat } from './python-values.ts'
import { decodeSchedule, encodeSchedule, isRedBeatSchedule } from './schedule-codec.ts'

/** The texts of an entry's fields; null where there is none. */
export interface EntryHash {
  readonly definition: string | null
  readonly meta: string | null
  readonly hold: string | null
  readonly now: string | null
  readonly skipped: string | null
  readonly more: string | null
  readonly over: string | null
  /** What slot and meta were before a run that is noted and perhaps not sent. */
  readonly before: string | null
}

/** What RedBeat's definition has no room for. */
export interface More {
  readonly description: string | null
  readonly startMs: number | null
  readonly expiresMs: number | null
  readonly oneOff: boolean
  /** What the code last said of `enabled`; null where it says nothing. */
  readonly codeEnabled: boolean | null
}

export interface Hold {
  /** Null: until somebody ends it. */
  readonly untilMs: number | null
  readonly by: string | null
  /** What `enabled` is without the hold: the definition says false meanwhile, which a RedBeat obeys. */
  readonly enabled: boolean
  /** The time has come and the definition says again what it should. */
  readonly ended: boolean
}

const NO_MORE: More = { description: null, startMs: null, expiresMs: null, oneOff: false, codeEnabled: null }
let lastMore = { text: '', more: NO_MORE }
/** A float that looks like an integer is only kept apart where it is only passed on. */
const HAS_WHOLE_FLOAT = /\d\.0+\s*[,\]}]|\d[eE][+-]?\d/

/** Whether RedBeat may see it: it knows neither a first or last time nor an entry that runs once. */
export function isForRedBeat({ schedule, oneOff, startMs, expiresMs }: ScheduleEntry): boolean {
  return isRedBeatSchedule(schedule) && !oneOff && startMs === null && expiresMs === null
}

export function formatDefinition(entry: ScheduleEntry, isHeld: boolean): string {
  const { name, task, args, kwargs, options, schedule } = entry
  const enabled = entry.enabled && !isHeld
  return formatJson({
    ...{ name, task, args: toRedBeat(args), kwargs: toRedBeat(kwargs), options: toRedBeat(options) },
    ...{ schedule: encodeSchedule(schedule), enabled },
  })
}

/** Only the switch is turned; all else stays as whoever wrote it. */
export function withEnabled(definition: string, enabled: boolean): string {
  const value = parseJson(definition, { exactFloats: true })
  return formatJson({ ...(isRecord(value) ? value : {}), enabled })
}

export function formatMore(entry: ScheduleEntry, codeEnabled: boolean | null): string {
  const { description, startMs, expiresMs, oneOff } = entry
  const given = Object.entries({ description, startMs, expiresMs, codeEnabled }).filter(([, value]) => value !== null)
  // The script that notes a run looks for `"oneOff":true`.
  return JSON.stringify({ ...(oneOff && { oneOff }), ...Object.fromEntries(given) })
}

export function readMore(text: string | null): More {
  // Of 100,000 entries almost all have the same.
  if (text !== null && text === lastMore.text) return lastMore.more
  const more = parseMore(text)
  if (text !== null) lastMore = { text, more }
  return more
}

function parseMore(text: string | null): More {
  const value = readOwn(text)
  if (value === null) return NO_MORE
  const { description, startMs, expiresMs, oneOff, codeEnabled } = value
  return {
    description: typeof description === 'string' ? description : null,
    startMs: plainNumber(startMs),
    expiresMs: plainNumber(expiresMs),
    oneOff: oneOff === true,
    codeEnabled: typeof codeEnabled === 'boolean' ? codeEnabled : null,
  }
}

export function formatHold(hold: Hold): string {
  return JSON.stringify(hold)
}

export function readHold(text: string | null): Hold | null {
  const value = readOwn(text)
  if (value === null) return null
  const { untilMs, by, enabled, ended } = value
  const holder = typeof by === 'string' ? by : null
  return { untilMs: plainNumber(untilMs), by: holder, enabled: enabled !== false, ended: ended === true }
}

/** Its time has come, and the definition still says what the hold made of it. */
export function isOver(hold: Hold | null, nowMs: number): boolean {
  return hold !== null && hold.untilMs !== null && hold.untilMs <= nowMs && !hold.ended
}

export function formatMeta(lastRunMs: number | null, totalRunCount: number): string {
  const lastRunAt = lastRunMs === null ? null : encodeDatetime(lastRunMs)
  return JSON.stringify({ last_run_at: lastRunAt, total_run_count: totalRunCount })
}

export function readMeta(text: string | null): { readonly lastRunMs: number | null; readonly totalRunCount: number } {
  const value = readOwn(text)
  if (value === null) return { lastRunMs: null, totalRunCount: 0 }
  return { lastRunMs: decodeDatetime(value['last_run_at']), totalRunCount: plainNumber(value['total_run_count']) ?? 0 }
}

/** What definitions said, by entry, with the text that said it: they seldom change, and are read again and again. */
export type KnownDefinitions = Map<string, { readonly text: string; readonly definition: Definition }>

/** Throws an Error with the reason, for a person. */
export function readEntry(name: string, hash: EntryHash, isStatic: boolean, known?: KnownDefinitions): StoredEntry {
  const text = hash.definition ?? ''
  const before = known?.get(name)
  const definition = before?.text === text ? before.definition : readDefinition(text)
  if (before?.definition !== definition) known?.set(name, { text, definition })
  const more = readMore(hash.more)
  const hold = readHold(hash.hold)
  const enabled = (hold === null || hold.ended ? definition.enabled : hold.enabled) && hash.over === null
  const { description, startMs, expiresMs, oneOff } = more
  const origin = isStatic ? 'code' : 'store'
  const entry: ScheduleEntry = { ...definition, name, enabled, origin, description, startMs, expiresMs, oneOff }
  return { entry, state: readState(hash, hold) }
}

/** What runs change, and the hold. */
export function readState(hash: Omit<EntryHash, 'definition' | 'more' | 'hold'>, hold: Hold | null): EntryState {
  const metaBefore = readOwn(hash.before)?.['meta']
  const { lastRunMs, totalRunCount } = readMeta(typeof metaBefore === 'string' ? metaBefore : hash.meta)
  return {
    lastRunMs,
    totalRunCount,
    skippedMs: hash.skipped === null ? null : Number(hash.skipped),
    heldUntilMs: hold === null ? null : (hold.untilMs ?? Number.POSITIVE_INFINITY),
    heldBy: hold?.by ?? null,
    runNowMs: hash.now === null ? null : Number(hash.now),
  }
}

type Definition = Pick<ScheduleEntry, 'task' | 'schedule' | 'args' | 'kwargs' | 'options' | 'enabled'>

function readDefinition(text: string): Definition {
  const value = parseDefinition(text)
  const { task, args = null, kwargs = null, options = null, schedule, enabled } = value
  if (typeof task !== 'string' || task === '') throw new Error(`task: expected a name, got ${JSON.stringify(task)}`)
  if (args !== null && !Array.isArray(args)) throw new Error(`args: expected a list, got ${JSON.stringify(args)}`)
  if (kwargs !== null && !isRecord(kwargs)) throw new Error(`kwargs: expected an object, got ${JSON.stringify(kwargs)}`)
  if (options !== null && !isRecord(options)) {
    throw new Error(`options: expected an object, got ${JSON.stringify(options)}`)
  }
  // Few entries have dates in them; the others need not be walked through.
  const plain = text.includes('"datetime"') ? fromRedBeat : same
  return {
    task,
    schedule: decodeSchedule(schedule),
    args: (args ?? []).map((item: unknown) => plain(item)),
    kwargs: recordOf(plain(kwargs ?? {})),
    options: recordOf(plain(options ?? {})),
    // RedBeat's own default.
    enabled: enabled !== false && enabled !== 0 && enabled !== null,
  }
}

function parseDefinition(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = parseJson(text, { exactFloats: HAS_WHOLE_FLOAT.test(text) })
  } catch (error) {
    throw new Error(`its definition is no JSON: ${messageOf(error)}`)
  }
  if (!isRecord(value)) throw new Error('its definition is no JSON object')
  return value
}

function same(value: unknown): unknown {
  return value
}

function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {}
}

/** Ours, and meta: what cannot be read counts as not there. */
function readOwn(text: string | null): Record<string, unknown> | null {
  if (text === null || text === '') return null
  try {
    const value = parseJson(text)
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}
