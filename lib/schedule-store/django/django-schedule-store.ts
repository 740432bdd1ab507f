/**
 * django-celery-beat's tables as the schedule of our beat, dashboard and command line (worker-beat.md 5.5). Django's
 * admin and a Python beat see what we change, and we what they change, within a tick.
 */
import { randomUUID } from 'node:crypto'
import { messageOf } from '../../errors.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { RunBroker } from '../redis/send.ts'
import type { BrokenEntry, ScheduleStore, StoredEntry } from '../schedule-store.ts'
import { adoptEntries } from './adopt.ts'
import { lastChange } from './changes.ts'
import { createDatabaseLink } from './database-link.ts'
import { parseDatabaseUrl } from './database-url.ts'
import { createEdits } from './edits.ts'
import { createLeases, readPresences, writePresence } from './leases.ts'
import { type Pending, takeUp } from './pending.ts'
import { readEntry } from './read-entry.ts'
import { createRunNotes } from './run-notes.ts'
import { type KnownRow, knownRow, sendRun } from './send.ts'
import { STATES } from './tables.ts'
import { notesOf, type StateRow, selectStates, selectTasks, textOf } from './task-row.ts'

export interface DjangoScheduleOptions {
  /** `postgresql://`, `mysql://`, `mariadb://` or `sqlite:///`. */
  readonly url: string
  readonly runtime: Runtime
  /** Where beat sends; null for those who only look. */
  readonly broker?: RunBroker | null
  /** The application's zone (conf.timezone): what crontabs without one of their own are written with. */
  readonly zone?: string | (() => string)
  /** Django's TIME_ZONE where USE_TZ is False: date_changed and last_update are in it. Else `?timezone=` of the URL. */
  readonly timezone?: string
  readonly leaseMs?: number
}

/** Another beat takes over within so long, and half a second. */
const LEASE_MS = 4_000
/** Changes that bypassed the models (QuerySet.update) are told by nothing: DatabaseScheduler looks as seldom. */
const LOOK_AGAIN_MS = 300_000

/** Throws schedule/bad-url. Nothing is connected, and no driver loaded, before it is opened. */
export function createDjangoScheduleStore(options: DjangoScheduleOptions): ScheduleStore {
  const { runtime, zone = 'UTC', leaseMs = LEASE_MS, broker = null } = options
  const zoneNow = typeof zone === 'string' ? () => zone : zone
  const { clock, log } = runtime
  const parsed = parseDatabaseUrl(options.url)
  const address = { ...parsed, timezone: options.timezone ?? parsed.timezone }
  const link = createDatabaseLink(address, runtime)
  const edits = createEdits({ link, clock, zone: zoneNow })
  const notes = createRunNotes()
  const known = new Map<string, KnownRow>()
  const by = randomUUID()
  const left = new Map<string, Pending>()
  const startMs = clock.monotonicMs()

  async function currentVersion(): Promise<string> {
    const { database } = await link.ready()
    const turn = Math.floor((clock.monotonicMs() - startMs) / LOOK_AGAIN_MS)
    return `${await lastChange(database)} ${turn}`
  }

  function untold(error: unknown): void {
    log.warning('others were not told that an entry has run its one time', { reason: messageOf(error) })
  }

  async function skipAgain({ entry: { name }, state: { skippedMs } }: StoredEntry): Promise<void> {
    if (skippedMs !== null) await edits.skipAgain(name, skippedMs)
  }

  async function flush(): Promise<void> {
    if (await link.hasOwn()) await notes.flush((await link.ready()).database)
  }

  return {
    kind: 'django',
    place: address.place,
    supports: { lease: true, edit: true, oneStep: false },
    leases: createLeases({ clock, leaseMs, ready: async () => (await link.needOwn()).database }),
    async open() {
      await link.ready()
    },
    async close() {
      await flush().catch((error: unknown) => {
        log.warning('the last runs were not noted', { reason: messageOf(error) })
      })
      await link.close()
    },

    async load() {
      const { database, formats } = await link.ready()
      // Asked first: what changes meanwhile is loaded again.
      const version = await currentVersion()
      const states: ReadonlyMap<string, StateRow> = (await link.hasOwn()) ? await selectStates(database) : new Map()
      const entries: StoredEntry[] = []
      const broken: BrokenEntry[] = []
      known.clear()
      for (const row of await selectTasks(database)) {
        const name = String(row['name'])
        known.set(name, knownRow(row))
        try {
          entries.push(readEntry(row, states.get(name) ?? null, { formats, zone: zoneNow() }))
        } catch (error) {
          broken.push({ name, reason: messageOf(error) })
        }
      }
      // Who may only read sees it all the same; somebody else says it to Python's beat.
      for (const one of entries) if (isUndone(one, clock.nowMs())) await skipAgain(one).catch(() => {})
      return { version, entries, broken }
    },
    version: currentVersion,
    async adopt(entries, nowMs) {
      await adoptEntries({ link, log, zone: zoneNow() }, entries, nowMs)
      if (!(await link.hasOwn())) return
      left.clear()
      for (const [name, pending] of await takeUp((await link.ready()).database, by)) {
        log.warning(`beat: ${name} was about to be sent when its beat ended; it is due again`)
        left.set(name, pending)
      }
    },

    async send(run, message, lease) {
      const { database, formats } = await link.needOwn()
      const note = { slotMs: run.slotMs, sentMs: run.nowMs, taskId: message.taskId }
      const isOnce = known.get(run.name)?.oneOff ?? false
      try {
        const parts = { database, formats, clock, known, by, left, broker }
        const { outcome, taskId } = await sendRun(parts, run, message, lease)
        if (outcome === 'sent') {
          notes.add(run.name, { ...note, taskId, why: run.why })
          // It is off now: Django's save() would tell beats so.
          if (isOnce) await edits.noteChange().catch(untold)
        }
        return outcome
      } catch (error) {
        notes.add(run.name, { ...note, why: 'failed' })
        throw error
      }
    },
    sync: flush,
    async report(presence) {
      if (await link.makeOwn()) await writePresence((await link.ready()).database, presence)
      // Pages tell by them which tasks are runs; Celery's sync would be three minutes later.
      await flush()
    },

    async beats() {
      return (await link.hasOwn()) ? readPresences((await link.ready()).database, clock.nowMs()) : []
    },
    async runs(name, limit) {
      if (!(await link.hasOwn())) return []
      await flush()
      const { database } = await link.ready()
      const [row] = await database.rows(`SELECT "notes" FROM ${STATES} WHERE "name" = ?`, [name])
      return notesOf(textOf(row?.['notes'])).slice(-limit).reverse()
    },

    put: edits.put,
    remove: edits.remove,
    setEnabled: edits.setEnabled,
    hold: edits.hold,
    skip: edits.skip,
    runNow: edits.runNow,
  }
}

/** The next run was skipped, and a Python beat has since written when the run before it was. */
function isUndone({ entry, state: { skippedMs, lastRunMs } }: StoredEntry, nowMs: number): boolean {
  return entry.enabled && skippedMs !== null && skippedMs > nowMs && lastRunMs !== null && lastRunMs < skippedMs
}
