import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { createRuntime } from '../../runtime/runtime.ts'
import { createDjangoScheduleStore } from './django-schedule-store.ts'

const runtime = createRuntime()
const create = (url: string) => createDjangoScheduleStore({ url, runtime })
const loaded = () =>
  Object.keys(createRequire(import.meta.url).cache).filter((path) => /node_modules\/(pg|mysql2)\//.test(path))

test('a store is made without a connection and without a driver, and tells no password', async () => {
  const stores = ['postgresql://ann:secret@127.0.0.1:1/a', 'mysql://ann:secret@127.0.0.1:1/a'].map(create)

  expect(stores.map(({ kind, place }) => [kind, place])).toEqual([
    ['django', 'postgresql://ann:***@127.0.0.1:1/a'],
    ['django', 'mysql://ann:***@127.0.0.1:1/a'],
  ])
  expect(loaded()).toEqual([])
  for (const store of stores) {
    await expect(store.open()).rejects.toThrow(/ann:\*\*\*@127.0.0.1:1\/a cannot be used: connection refused/)
    await store.close()
  }
  expect(loaded().length).toBeGreaterThan(0)
})

test('an address that is none is refused at once; a file that is not there, or no database, when it is opened', async () => {
  expect(() => create('oracle://h/a')).toThrow('scheme "oracle": expected one of postgresql, mysql, mariadb, sqlite')
  await expect(create('sqlite:////nowhere/db.sqlite3').open()).rejects.toThrow('the file does not exist')
  await expect(create(`sqlite:///${import.meta.filename}`).open()).rejects.toThrow('not a database of SQLite')
})
