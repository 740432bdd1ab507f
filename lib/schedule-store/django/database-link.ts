/** The connection of a store: made when it is first needed, again after a failure; knows the tables' form. */
import { messageOf, UmbelError } from '../../errors.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { DatabaseAddress } from './database-url.ts'
import { openDatabase } from './open-database.ts'
import type { SqlDatabase } from './sql.ts'
import { hasOwnTables, ownTables, TASKS } from './tables.ts'
import type { TimeFormats } from './task-row.ts'

export interface Ready {
  readonly database: SqlDatabase
  readonly formats: TimeFormats
}

export interface DatabaseLink {
  /** Throws schedule/unavailable; may be called again. */
  ready(): Promise<Ready>
  /** Whether our own tables are there. */
  hasOwn(): Promise<boolean>
  /** The same, and makes them where that is permitted. */
  makeOwn(): Promise<boolean>
  /** Throws schedule/unavailable where they are neither there nor permitted. */
  needOwn(): Promise<Ready>
  close(): Promise<void>
}

const MISSING =
  'the tables umbel_schedule_state and umbel_schedule_beat are missing, and this user may not create them (docs/django.md has their SQL)'

export function createDatabaseLink(address: DatabaseAddress, { clock, log }: Runtime): DatabaseLink {
  let opening: Promise<Ready> | null = null
  let own = false
  let refused = false

  async function open(): Promise<Ready> {
    const database = await openDatabase(address, clock)
    try {
      // Also tells, by its failure, that there are no tables, or those of an old release.
      await database.rows(`SELECT "clocked_id", "headers", "expire_seconds" FROM ${TASKS} WHERE 1 = 0`)
      const aware = await isAware(database)
      const { timezone } = address
      const runs = { zone: 'UTC', aware, ...(aware && timezone !== null && { readAs: timezone }) }
      return { database, formats: { runs, changes: { zone: timezone ?? 'UTC', aware } } }
    } catch (error) {
      await database.close().catch(() => {}) // the first error is the one to tell
      throw error
    }
  }

  const link: DatabaseLink = {
    ready() {
      opening ??= open().catch((error: unknown) => {
        opening = null
        throw error
      })
      return opening
    },
    async hasOwn() {
      if (own) return true
      own = await hasOwnTables((await link.ready()).database)
      return own
    },
    async makeOwn() {
      if (await link.hasOwn()) return true
      const { database } = await link.ready()
      try {
        for (const statement of ownTables(database.kind)) await database.run(statement)
        own = true
      } catch (error) {
        // Another beat may make them at this moment.
        if (await link.hasOwn()) return true
        if (!refused) {
          log.warning('tables of our own cannot be made beside django-celery-beat’s', { reason: messageOf(error) })
        }
        refused = true
      }
      return own
    },
    async needOwn() {
      if (await link.makeOwn()) return link.ready()
      throw new UmbelError('schedule/unavailable', { place: address.place, reason: MISSING })
    },
    async close() {
      const opened = opening
      opening = null
      const ready = await opened?.catch(() => null)
      await ready?.database.close()
    },
  }
  return link
}

/** PostgreSQL with USE_TZ = True has times with a zone; the other databases never have. */
async function isAware(database: SqlDatabase): Promise<boolean> {
  if (database.kind !== 'postgresql') return false
  const [row] = await database.rows(
    `SELECT format_type(atttypid, NULL) AS "type" FROM pg_attribute
     WHERE attrelid = '${TASKS.replaceAll('"', '')}'::regclass AND attname = 'last_run_at'`,
  )
  return row?.['type'] === 'timestamp with time zone'
}
