/** One entry of the file: what a person may read, and mend by hand. Times are ISO texts in UTC. */
import { formatIsoTime, parseIsoTime } from '../../protocol/iso-time.ts'
import { isRecord } from '../../protocol/record.ts'
import { decodeSchedule, encodeSchedule } from '../redis/schedule-codec.ts'
import type { BookRecord } from '../schedule-book.ts'
import type { RunNote } from '../schedule-store.ts'

/** What is as it is for most entries is left out. */
export function entryToJson({ entry, state, codeEnabled, notes }: BookRecord): Record<string, unknown> {
  const { task, schedule, args, kwargs, options, enabled, origin, description, startMs, expiresMs, oneOff } = entry
  const { lastRunMs, totalRunCount, skippedMs, heldUntilMs, heldBy, runNowMs } = state
  return {
    ...{ task, schedule: encodeSchedule(schedule), args, kwargs, options, enabled, origin },
    ...(codeEnabled !== null && codeEnabled !== enabled && { code_enabled: codeEnabled }),
    ...(description !== null && { description }),
    ...(startMs !== null && { start_time: timeText(startMs) }),
    ...(expiresMs !== null && { expires: timeText(expiresMs) }),
    ...(oneOff && { one_off: true }),
    last_run_at: timeText(lastRunMs),
    total_run_count: totalRunCount,
    ...(skippedMs !== null && { skipped_until: timeText(skippedMs) }),
    ...(heldUntilMs !== null && { held_until: timeText(heldUntilMs), held_by: heldBy }),
    ...(runNowMs !== null && { run_now: timeText(runNowMs) }),
    ...(notes.length > 0 && { runs: notes.map(({ slotMs, sentMs, taskId, why }) => [slotMs, sentMs, taskId, why]) }),
  }
}

/** Throws an Error that names the field, what it is and what was expected. */
export function entryFromJson(name: string, value: unknown): BookRecord {
  if (!isRecord(value)) throw new Error(`expected an object, got ${JSON.stringify(value)}`)
  const { task, schedule, args = [], kwargs = {}, options = {}, description = null, held_by: heldBy = null } = value
  if (typeof task !== 'string' || task === '') throw wrong('task', 'the name of a task', task)
  if (!Array.isArray(args)) throw wrong('args', 'a list', args)
  if (!isRecord(kwargs)) throw wrong('kwargs', 'an object', kwargs)
  if (!isRecord(options)) throw wrong('options', 'an object', options)
  if (description !== null && typeof description !== 'string') throw wrong('description', 'a text', description)
  const origin = value['origin'] === 'code' ? 'code' : 'store'
  const enabled = value['enabled'] !== false
  const codeEnabled = typeof value['code_enabled'] === 'boolean' ? value['code_enabled'] : enabled
  return {
    // Written out, here and elsewhere: an object that is spread into another takes twice the room.
    entry: {
      name,
      task,
      schedule: decodeSchedule(schedule),
      args,
      kwargs,
      options,
      enabled,
      origin,
      description,
      startMs: timeOf(value, 'start_time'),
      expiresMs: timeOf(value, 'expires'),
      oneOff: value['one_off'] === true,
    },
    state: {
      lastRunMs: timeOf(value, 'last_run_at'),
      totalRunCount: countOf(value['total_run_count']),
      skippedMs: timeOf(value, 'skipped_until'),
      heldUntilMs: timeOf(value, 'held_until'),
      heldBy: typeof heldBy === 'string' ? heldBy : null,
      runNowMs: timeOf(value, 'run_now'),
    },
    codeEnabled: origin === 'code' ? codeEnabled : null,
    notes: notesOf(value['runs']),
  }
}

const NEVER_ENDS = 'for good'

function timeText(ms: number | null): string | null {
  if (ms === null) return null
  return ms === Number.POSITIVE_INFINITY ? NEVER_ENDS : formatIsoTime(ms)
}

function timeOf(value: Readonly<Record<string, unknown>>, field: string): number | null {
  const text = value[field] ?? null
  if (text === null) return null
  if (text === NEVER_ENDS) return Number.POSITIVE_INFINITY
  const ms = typeof text === 'string' ? parseIsoTime(text) : null
  if (ms === null) throw wrong(field, 'a time such as 2026-01-31T12:00:00+00:00', text)
  return ms
}

function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0
}

/** What is no run is left out: nothing depends on them. */
function notesOf(value: unknown): RunNote[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((item: unknown) => {
    if (!Array.isArray(item)) return []
    const [slotMs, sentMs, taskId, why]: unknown[] = item
    if (typeof slotMs !== 'number' || typeof sentMs !== 'number') return []
    if (why !== 'due' && why !== 'hand' && why !== 'skipped' && why !== 'failed') return []
    return [{ slotMs, sentMs, taskId: typeof taskId === 'string' ? taskId : null, why }]
  })
}

function wrong(field: string, expected: string, value: unknown): Error {
  return new Error(`${field}: expected ${expected}, got ${JSON.stringify(value)?.slice(0, 200)}`)
}
