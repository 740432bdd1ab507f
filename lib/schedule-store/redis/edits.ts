/** What operators, the dashboard and the code do to entries: each edit is one step, made anew when somebody was faster. */
import type { Redis } from 'ioredis'
import { nearestWord } from '../../errors/nearest-word.ts'
import { UmbelError } from '../../errors.ts'
import { parseJson } from '../../protocol/json.ts'
import { isRecord } from '../../protocol/record.ts'
import { nextFireMs } from '../../schedules/schedule.ts'
import type { ScheduleEntry } from '../schedule-store.ts'
import {
  formatDefinition,
  formatHold,
  formatMeta,
  formatMore,
  type Hold,
  isForRedBeat,
  readHold,
  readMeta,
  readMore,
  withEnabled,
} from './entry-codec.ts'
import { FIELDS, type RedBeatKeys } from './keys.ts'
import type { ScheduleLink } from './link.ts'
import { readKeys } from './read-entries.ts'
import { prependNote } from './run-notes.ts'
import { toScore } from './score.ts'
import type { Script, ScriptCall } from './script.ts'

export interface EditParts {
  readonly link: ScheduleLink
  readonly keys: RedBeatKeys
  readonly script: Script
  /** In which crontabs without a zone of their own count. */
  readonly zone: () => string
  /** A RedBeat beat leads: it knows only what its own fields say. */
  foreignLeads(): Promise<boolean>
}

/** What is known of an entry when an edit of it is planned. */
export interface Known {
  readonly definition: string
  readonly meta: string | null
  readonly hold: Hold | null
  readonly more: string | null
  readonly runs: string | null
}

export interface Edit {
  readonly mode: 'add' | 'put' | 'edit' | 'quiet'
  /** Null: RedBeat's schedule or ours, wherever it is; the place stays. */
  readonly place?: { readonly forRedBeat: boolean; readonly nextMs: number | null } | null
  readonly isStatic?: boolean
  readonly deleted?: readonly string[]
  readonly written?: Readonly<Record<string, string>>
  /** Only where the fields are not there yet. */
  readonly first?: Readonly<Record<string, string>>
}

/** Editors in a race: one of them wins each round. */
const TRIES = 20
const MOST_NAMES = 5_000

export function createEdits({ link, keys, script, zone, foreignLeads }: EditParts) {
  function callOf(name: string, expected: string, edit: Edit): ScriptCall {
    const { mode, place = null, isStatic, deleted = [], written = {}, first = {} } = edit
    const [schedule, other] =
      place?.forRedBeat === false ? [keys.ownSchedule, keys.schedule] : [keys.schedule, keys.ownSchedule]
    const pairs = Object.entries(written)
    return {
      keys: [keys.entry(name), schedule, other, keys.statics, keys.version],
      args: [
        ...[mode, expected, place === null ? '' : toScore(place.nextMs)],
        ...[isStatic === undefined ? '' : isStatic ? '1' : '0', name, deleted.length, pairs.length],
        ...[...deleted, ...pairs.flat(), ...Object.entries(first).flat()],
      ],
    }
  }

  async function read(redis: Redis, name: string): Promise<Known | null> {
    const { definition, meta, hold, more, runs } = FIELDS
    const texts = await redis.hmget(keys.entry(name), definition, meta, hold, more, runs)
    const [found, ...rest] = texts.map((text) => text ?? null)
    if (!found) return null
    const [metaText = null, holdText = null, moreText = null, runsText = null] = rest
    return { definition: found, meta: metaText, hold: readHold(holdText), more: moreText, runs: runsText }
  }

  async function unknown(redis: Redis, name: string): Promise<UmbelError> {
    const names = Array.from(await readKeys(redis, keys), (key) => keys.nameOf(key)).slice(0, MOST_NAMES)
    return new UmbelError('schedule/unknown', { name, nearest: nearestWord(name, names) })
  }

  /** Plans an edit on what is there and makes it, again while others change the definition in between. */
  function change(name: string, plan: (known: Known | null) => Edit | null): Promise<void> {
    return link.run(async (redis) => {
      for (let tries = 0; tries < TRIES; tries++) {
        const known = await read(redis, name)
        const edit = plan(known)
        if (edit === null) return
        const { keys: names, args } = callOf(name, known?.definition ?? '', edit)
        const answer = await script.run(redis, names, args)
        if (answer === 'done') return
        if (answer === 'exists') throw new UmbelError('schedule/exists', { name })
        if (answer === 'unknown') throw await unknown(redis, name)
      }
      throw new Error('others changed the entry again and again')
    })
  }
  function changeKnown(name: string, plan: (known: Known) => Omit<Edit, 'mode'>): Promise<void> {
    // Where it is not there the script says so.
    return change(name, (known) => ({ mode: 'edit', ...(known === null ? {} : plan(known)) }))
  }

  function nextOf(entry: ScheduleEntry, lastMs: number): number | null {
    const fromMs = Math.max(lastMs, entry.startMs === null ? lastMs : entry.startMs - 1)
    return nextFireMs(entry.schedule, fromMs, zone())
  }

  return {
    change,
    callOf,
    nextOf,
    put(entry: ScheduleEntry, mode: 'add' | 'replace', nowMs: number): Promise<void> {
      return change(entry.name, (known) => ({
        ...definitionEdit(entry, known, codeEnabledOf(entry, known), nowMs),
        mode: mode === 'add' ? 'add' : 'put',
        place: { forRedBeat: isForRedBeat(entry), nextMs: nextOf(entry, Math.min(lastRunOf(known, nowMs), nowMs)) },
      }))
    },
    async remove(name: string): Promise<void> {
      const key = keys.entry(name)
      await link.run(async (redis) => {
        const steps = redis.multi().zrem(keys.schedule, key).zrem(keys.ownSchedule, key).del(key)
        const answers = (await steps.srem(keys.statics, name).incr(keys.version).exec()) ?? []
        const failed = answers.find(([error]) => error !== null)
        if (failed !== undefined) throw failed[0]
        if (answers.slice(0, 3).every(([, count]) => count === 0)) throw await unknown(redis, name)
      })
    },
    setEnabled(name: string, enabled: boolean): Promise<void> {
      return changeKnown(name, ({ definition, hold }) => {
        const isHeld = hold !== null && !hold.ended
        const written: Record<string, string> = isHeld
          ? { [FIELDS.hold]: formatHold({ ...hold, enabled }) }
          : { [FIELDS.definition]: withEnabled(definition, enabled) }
        return { written, deleted: enabled ? [FIELDS.over] : [] }
      })
    },
    hold(name: string, untilMs: number | null, by: string | null): Promise<void> {
      return changeKnown(name, ({ definition, hold }) => {
        const enabled = hold !== null && !hold.ended ? hold.enabled : isEnabled(definition)
        const until = untilMs !== null && Number.isFinite(untilMs) ? untilMs : null
        const held: Record<string, string> =
          untilMs === null ? {} : { [FIELDS.hold]: formatHold({ untilMs: until, by, enabled, ended: false }) }
        return {
          deleted: untilMs === null ? [FIELDS.hold] : [],
          written: { ...held, [FIELDS.definition]: withEnabled(definition, enabled && untilMs === null) },
        }
      })
    },
    /** Its time has come: the definition says again what it should. */
    endHold(name: string): Promise<void> {
      return change(name, (known) => {
        if (known === null || known.hold === null || known.hold.ended) return null
        const { definition, hold } = known
        const ended = formatHold({ ...hold, ended: true })
        const written = { [FIELDS.hold]: ended, [FIELDS.definition]: withEnabled(definition, hold.enabled) }
        return { mode: 'quiet', written }
      })
    },
    async skip(name: string, slotMs: number, nowMs: number): Promise<void> {
      // A RedBeat counts from its last run; one that is yet to come makes it wait for the one after.
      const foreign = await foreignLeads()
      return changeKnown(name, ({ meta, runs }) => ({
        written: {
          [FIELDS.skipped]: String(slotMs),
          [FIELDS.runs]: prependNote(runs, { slotMs, sentMs: nowMs, taskId: null, why: 'skipped' }),
          ...(foreign && { [FIELDS.meta]: formatMeta(slotMs, readMeta(meta).totalRunCount) }),
        },
      }))
    },
    async runNow(name: string, nowMs: number): Promise<void> {
      if (!(await foreignLeads())) return changeKnown(name, () => ({ written: { [FIELDS.now]: String(nowMs) } }))
      // What never ran is due at once for a RedBeat.
      return changeKnown(name, ({ meta }) => ({
        written: { [FIELDS.meta]: formatMeta(null, readMeta(meta).totalRunCount) },
        place: { forRedBeat: true, nextMs: nowMs },
      }))
    },
  }
}

export type Edits = ReturnType<typeof createEdits>

/** The fields of a definition that is put; holds and runs stay as they are. */
export function definitionEdit(
  entry: ScheduleEntry,
  known: Known | null,
  codeEnabled: boolean | null,
  nowMs: number,
): Omit<Edit, 'mode'> {
  const hold = known?.hold ?? null
  const isHeld = hold !== null && !hold.ended
  const definition = formatDefinition(entry, isHeld)
  // What was skipped was a time of the schedule as it was; a RedBeat waits for it by the last run that it was told.
  const isOther = known !== null && scheduleText(known.definition) !== scheduleText(definition)
  const meta = readMeta(known?.meta ?? null)
  const waits = isOther && (meta.lastRunMs ?? 0) > nowMs
  return {
    isStatic: entry.origin === 'code',
    deleted: [...(entry.enabled ? [FIELDS.over] : []), ...(isOther ? [FIELDS.skipped] : [])],
    written: {
      ...(waits && { [FIELDS.meta]: formatMeta(nowMs, meta.totalRunCount) }),
      [FIELDS.definition]: definition,
      [FIELDS.more]: formatMore(entry, codeEnabled),
      ...(isHeld && { [FIELDS.hold]: formatHold({ ...hold, enabled: entry.enabled }) }),
    },
    first: { [FIELDS.meta]: formatMeta(nowMs, 0), [FIELDS.slot]: String(nowMs) },
  }
}

function codeEnabledOf(entry: ScheduleEntry, known: Known | null): boolean | null {
  if (known !== null) return readMore(known.more).codeEnabled
  return entry.origin === 'code' ? entry.enabled : null
}

export function lastRunOf(known: Known | null, nowMs: number): number {
  return readMeta(known?.meta ?? null).lastRunMs ?? nowMs
}

function scheduleText(definition: string): string {
  try {
    const value = parseJson(definition)
    return isRecord(value) ? JSON.stringify(value['schedule']) : definition
  } catch {
    return definition
  }
}

function isEnabled(definition: string): boolean {
  return !/"enabled":\s*false/.test(definition.slice(-40))
}
