import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRuntime } from '../../runtime/runtime.ts'
import { runDjango } from '../../testing/django.ts'
import { startMariadb } from '../../testing/mariadb.ts'
import { startPostgres } from '../../testing/postgres.ts'
import { exerciseScheduleStore } from '../conformance.ts'
import { parseDatabaseUrl } from './database-url.ts'
import { createDjangoScheduleStore } from './django-schedule-store.ts'
import { openDatabase } from './open-database.ts'
import type { SqlDatabase } from './sql.ts'
import { BEATS, CHANGES, STATES, TASKS } from './tables.ts'

const runtime = createRuntime()

async function startSqlite() {
  const dir = await mkdtemp(join(tmpdir(), 'umbel-django-'))
  return { url: `sqlite:///${join(dir, 'db.sqlite3')}`, stop: () => rm(dir, { recursive: true }) }
}

for (const [label, start] of [
  ['Django on SQLite', startSqlite],
  ['Django on PostgreSQL', startPostgres],
  ['Django on MariaDB', startMariadb],
] as const) {
  let server: { readonly url: string; stop(): Promise<void> } | null = null
  let database: SqlDatabase | null = null
  const url = () => server?.url ?? ''
  const run = (sql: string) => database?.run(sql)

  exerciseScheduleStore(label, {
    async start() {
      server = await start()
      await runDjango({ database: url() }, "call_command('migrate', verbosity=0)")
      database = await openDatabase(parseDatabaseUrl(url()), runtime.clock)
    },
    async stop() {
      await database?.close()
      await server?.stop()
    },
    async reset() {
      for (const table of [TASKS, CHANGES]) await run(`DELETE FROM ${table}`)
      for (const table of [STATES, BEATS]) await run(`DROP TABLE IF EXISTS ${table}`)
    },
    create: () => createDjangoScheduleStore({ url: url(), runtime }),
    async putBroken(name) {
      const now = "'2026-01-01 00:00:00'"
      await run(`INSERT INTO ${TASKS} ("name", "task", "args", "kwargs", "headers", "enabled", "one_off", "total_run_count",
        "date_changed", "description") VALUES ('${name}', 't', '[', '{}', '{}', true, false, 0, ${now}, '')`)
    },
    async loseLease() {
      await run(`UPDATE ${BEATS} SET "ends_ms" = 0 WHERE "name" = ':lease'`)
    },
  })
}
