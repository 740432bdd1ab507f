import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exerciseDjangoStore } from './conformance-django.ts'

async function startSqlite() {
  const dir = await mkdtemp(join(tmpdir(), 'umbel-django-'))
  return { url: `sqlite:///${join(dir, 'db.sqlite3')}`, stop: () => rm(dir, { recursive: true }) }
}

exerciseDjangoStore('Django on SQLite', startSqlite)
