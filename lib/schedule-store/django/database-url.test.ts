import { describe, expect, test } from 'vitest'
import { isDatabaseUrl, maskDatabaseUrl, parseDatabaseUrl } from './database-url.ts'

describe('the address of Django’s database', () => {
  test('PostgreSQL, as SQLAlchemy and Django’s users write it', () => {
    for (const scheme of ['postgresql', 'postgres', 'db+postgresql', 'postgresql+psycopg2', 'POSTGRES', 'postgis']) {
      expect(parseDatabaseUrl(`${scheme}://ann:p%40ss%3A@db.example:6543/my%20app`)).toMatchObject({
        ...{ kind: 'postgresql', host: 'db.example', port: 6543, username: 'ann', password: 'p@ss:' },
        ...{ database: 'my app', tls: null, place: `${scheme}://ann:***@db.example:6543/my%20app` },
      })
    }
    expect(parseDatabaseUrl('postgresql:///app')).toMatchObject({ host: '127.0.0.1', port: 5432, username: null })
    expect(parseDatabaseUrl('postgresql://[::1]/app')).toMatchObject({ host: '::1' })
    expect(parseDatabaseUrl('postgresql://u@/app?host=/run/postgresql')).toMatchObject({
      socketPath: '/run/postgresql',
    })
    expect(parseDatabaseUrl('postgresql://%2Frun%2Fpg/app')).toMatchObject({ socketPath: '/run/pg' })
  })

  test('MySQL and MariaDB', () => {
    expect(parseDatabaseUrl('mysql+pymysql://u:x@h/app?charset=utf8mb4')).toMatchObject({ kind: 'mysql', port: 3306 })
    expect(parseDatabaseUrl('mariadb://u:x@h:1/app?unix_socket=/run/mysqld/mysqld.sock')).toMatchObject({
      ...{ kind: 'mysql', port: 1, socketPath: '/run/mysqld/mysqld.sock' },
    })
  })

  test('SQLite: three slashes before a path from here, four before one from the root', () => {
    expect(parseDatabaseUrl('sqlite:///db.sqlite3')).toMatchObject({ kind: 'sqlite', database: 'db.sqlite3' })
    expect(parseDatabaseUrl('db+sqlite:////srv/my%20app/db')).toMatchObject({ database: '/srv/my app/db' })
  })

  test('TLS in the words of each server', () => {
    const tls = (url: string) => parseDatabaseUrl(url).tls
    expect(tls('postgresql://h/a?sslmode=require')).toMatchObject({ verify: false })
    expect(tls('postgresql://h/a?sslmode=require&sslrootcert=/ca')).toMatchObject({ verify: true, caFile: '/ca' })
    expect(tls('postgresql://h/a?sslmode=verify-full')).toMatchObject({ verify: true, checkHostname: true })
    expect(tls('postgresql://h/a?sslmode=prefer')).toBeNull()
    expect(tls('mysql://h/a?ssl_ca=/ca&ssl_cert=/c&ssl_key=/k')).toEqual({
      ...{ verify: true, checkHostname: false, caFile: '/ca', certFile: '/c', keyFile: '/k' },
    })
    expect(tls('mysql://h/a?ssl_mode=verify_identity')).toMatchObject({ checkHostname: true })
    expect(tls('mysql://h/a?ssl_mode=REQUIRED')).toMatchObject({ verify: false })
    expect(tls('mysql://h/a?ssl_mode=PREFERRED')).toBeNull()
  })

  test.each([
    ['nonsense', 'URL'],
    ['oracle://h/a', 'scheme "oracle"'],
    ['postgresql://h', 'database'],
    ['postgresql://h/a/b', 'database'],
    ['postgresql://h:99999/a', 'port "99999"'],
    ['postgresql://u:a@b@h/a', 'password'],
    ['postgresql://u:a/b@h/a', 'password'],
    ['postgresql://u:%ZZ@h/a', 'password'],
    ['postgresql://h h/a', 'host "h h"'],
    ['postgresql://h/a?sslmode=maybe', 'option sslmode "maybe"'],
    ['postgresql://h/a?ssl_ca=x', 'option ssl_ca'],
    ['mysql://h/a?timezone=Mars/Base', 'option timezone "Mars/Base"'],
    ['sqlite://db.sqlite3', 'path'],
    ['sqlite:///:memory:', 'path'],
    ['sqlite://', 'path'],
  ])('%s is refused: %s', (url, part) => {
    expect(() => parseDatabaseUrl(url)).toThrow(expect.objectContaining({ code: 'schedule/bad-url' }))
    expect(() => parseDatabaseUrl(url)).toThrow(`${part}: expected`)
  })

  test('no password is ever told', () => {
    expect(() => parseDatabaseUrl('postgresql://ann:se%3Acret@h:x/app')).toThrow(/ann:\*\*\*@h:x/)
    expect(maskDatabaseUrl('mysql://h/a?password=secret&charset=utf8')).toBe('mysql://h/a?password=***&charset=utf8')
    expect(() => parseDatabaseUrl('nonsense:secret@x')).not.toThrow('secret')
  })

  test('a file or Redis is no database', () => {
    expect(['db+mysql://h/a', 'postgres://h/a', 'sqlite:///x'].map(isDatabaseUrl)).toEqual([true, true, true])
    expect(['redis://h', 'beat.json', 'constructor://x'].map(isDatabaseUrl)).toEqual([false, false, false])
  })
})
