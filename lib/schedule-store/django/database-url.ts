/**
 * The address of Django's database, as SQLAlchemy, dj-database-url and Django's users write it. Nothing here prints a
 * password: every error carries the masked URL.
 */
import { UmbelError } from '../../errors.ts'
import { isZone } from '../../schedules/zone.ts'

export type DatabaseKind = 'postgresql' | 'mysql' | 'sqlite'

export interface DatabaseTls {
  /** False: encrypted, but with whomever. */
  readonly verify: boolean
  readonly checkHostname: boolean
  readonly caFile: string | null
  readonly certFile: string | null
  readonly keyFile: string | null
}

export interface DatabaseAddress {
  readonly kind: DatabaseKind
  /** With the password masked; safe to print. */
  readonly place: string
  readonly host: string
  readonly port: number
  readonly username: string | null
  readonly password: string | null
  /** The name of the database, or the path of SQLite's file. */
  readonly database: string
  /** Folder (PostgreSQL) or file (MySQL) of the server's socket. */
  readonly socketPath: string | null
  /** PostgreSQL only: where the tables are, when not on the search path. */
  readonly schema: string | null
  readonly tls: DatabaseTls | null
  /** In which zone times without one are stored; null = not said. */
  readonly timezone: string | null
}

const KINDS: Readonly<Record<string, DatabaseKind>> = {
  postgresql: 'postgresql',
  postgres: 'postgresql',
  pgsql: 'postgresql',
  psql: 'postgresql',
  postgis: 'postgresql',
  mysql: 'mysql',
  mysql2: 'mysql',
  mariadb: 'mysql',
  sqlite: 'sqlite',
  sqlite3: 'sqlite',
}
const EXAMPLES: Readonly<Record<DatabaseKind, string>> = {
  postgresql: 'postgresql://user:password@host:5432/database',
  mysql: 'mysql://user:password@host:3306/database',
  sqlite: 'sqlite:///path/to/db.sqlite3',
}
/** Options of one kind; what SQLAlchemy's drivers know besides (charset) is accepted and needs nothing done. */
const OPTIONS: Readonly<Record<DatabaseKind, readonly string[]>> = {
  postgresql: [
    ...['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'host', 'schema', 'timezone'],
    ...['connect_timeout', 'application_name', 'client_encoding'],
  ],
  mysql: [
    ...['ssl', 'ssl_mode', 'ssl_ca', 'ssl_cert', 'ssl_key', 'ssl_verify_cert', 'ssl_verify_identity', 'ssl_disabled'],
    ...['ssl_check_hostname', 'unix_socket', 'timezone', 'charset', 'collation', 'connect_timeout'],
  ],
  sqlite: ['timezone', 'timeout', 'check_same_thread'],
}

type Fail = (part: string, expected: string) => UmbelError<'schedule/bad-url'>

/** True for a URL of a database that Django may use; a file, or Redis, is none. */
export function isDatabaseUrl(url: string): boolean {
  const scheme = /^(?:db\+)?([a-z0-9]+)(?:\+\w+)?:\/\//i.exec(url.trim())?.[1]?.toLowerCase()
  return scheme !== undefined && Object.hasOwn(KINDS, scheme)
}

/** The URL with its password as `***`; works on URLs that cannot be read, too. */
export function maskDatabaseUrl(url: string): string {
  const scheme = url.indexOf('://')
  const start = scheme === -1 ? 0 : scheme + 3
  const at = url.lastIndexOf('@')
  const colon = url.indexOf(':', start)
  const masked = colon !== -1 && colon < at ? `${url.slice(0, colon)}:***${url.slice(at)}` : url
  return masked.replace(/([?&](?:[a-z_]*password|passwd)=)[^&#]*/gi, '$1***')
}

/**
 * Takes `postgresql://`, `postgres://`, `mysql://`, `mariadb://` or `sqlite:///` apart; a prefix `db+` and a driver
 * (`+psycopg`) are nothing to us.
 * @throws UmbelError `schedule/bad-url` naming the part that is wrong
 */
export function parseDatabaseUrl(given: string): DatabaseAddress {
  const url = given.trim()
  const place = maskDatabaseUrl(url)
  const fail: Fail = (part, expected) => new UmbelError('schedule/bad-url', { url: place, part, expected })
  const found = /^(?:db\+)?([^:/?#+]*)(?:\+\w+)?:\/\/(.*)$/is.exec(url)
  if (found === null) throw fail('URL', EXAMPLES.postgresql)
  const [, name = '', rest = ''] = found
  const kind = Object.hasOwn(KINDS, name.toLowerCase()) ? KINDS[name.toLowerCase()] : undefined
  if (kind === undefined) throw fail(`scheme ${JSON.stringify(name)}`, 'one of postgresql, mysql, mariadb, sqlite')

  const question = rest.indexOf('?')
  const query = new URLSearchParams(question === -1 ? '' : rest.slice(question + 1))
  const unknown = [...query.keys()].find((key) => !OPTIONS[kind].includes(key))
  if (unknown !== undefined) throw fail(`option ${unknown}`, `one of ${OPTIONS[kind].join(', ')}`)
  const timezone = query.get('timezone')
  if (timezone !== null && !isZone(timezone)) {
    throw fail(`option timezone ${JSON.stringify(timezone)}`, 'a time zone, as in Europe/Berlin')
  }
  const body = question === -1 ? rest : rest.slice(0, question)
  if (kind === 'sqlite') return { ...NO_SERVER, kind, place, timezone, database: sqlitePath(body, fail) }
  return { ...server(kind, body, query, fail), kind, place, timezone }
}

const NO_SERVER = { host: '', port: 0, username: null, password: null, socketPath: null, schema: null, tls: null }

/** As SQLAlchemy has it: three slashes before a path from here, four before one from the root. */
function sqlitePath(body: string, fail: Fail): string {
  if (!body.startsWith('/')) throw fail('path', `three slashes before it, as in ${EXAMPLES.sqlite}`)
  const path = decode(body.slice(1), 'path', fail)
  if (path === '' || path === ':memory:') throw fail('path', `a file, as in ${EXAMPLES.sqlite}`)
  return path
}

type Server = Omit<DatabaseAddress, 'kind' | 'place' | 'timezone'>

function server(kind: 'postgresql' | 'mysql', body: string, query: URLSearchParams, fail: Fail): Server {
  const slash = body.indexOf('/')
  const authority = slash === -1 ? body : body.slice(0, slash)
  const path = slash === -1 ? '' : body.slice(slash + 1)
  const at = authority.lastIndexOf('@')
  if (at === -1 && path.includes('@')) throw fail('password', '"/" written as %2F, "?" as %3F and "#" as %23')
  const login = at === -1 ? '' : authority.slice(0, at)
  if (login.includes('@')) throw fail('password', 'no "@" in it; write it as %40')
  const colon = login.indexOf(':')
  const user = colon === -1 ? login : login.slice(0, colon)
  const secret = colon === -1 ? '' : login.slice(colon + 1)
  const database = decode(path, 'database', fail)
  if (database === '' || database.includes('/')) throw fail('database', `its name, as in ${EXAMPLES[kind]}`)

  const { host, port } = hostAndPort(authority.slice(at + 1), kind === 'mysql' ? 3306 : 5432, fail)
  const otherHost = query.get('host') ?? ''
  return {
    host: otherHost === '' || otherHost.startsWith('/') ? host : otherHost,
    port,
    username: user === '' ? null : decode(user, 'user name', fail),
    password: secret === '' ? null : decode(secret, 'password', fail),
    database,
    socketPath: host.startsWith('/') ? host : otherHost.startsWith('/') ? otherHost : query.get('unix_socket'),
    schema: query.get('schema'),
    tls: kind === 'postgresql' ? postgresqlTls(query, fail) : mysqlTls(query, fail),
  }
}

function hostAndPort(text: string, usual: number, fail: Fail): { readonly host: string; readonly port: number } {
  const found = /^(?:\[([0-9a-f:.%]+)\]|([^:[\]]*))(?::([^:]*))?$/i.exec(text)
  if (found === null) throw fail(`host ${JSON.stringify(text)}`, 'host:port, with an IPv6 address in brackets')
  const [, v6, name = '', portText = ''] = found
  const host = v6 ?? decode(name, 'host', fail)
  if (/[\s@\\]/.test(host)) throw fail(`host ${JSON.stringify(host)}`, 'a host name or an address')
  const port = portText === '' ? usual : Number(portText)
  if (!/^\d*$/.test(portText) || port < 1 || port > 65_535) {
    throw fail(`port ${JSON.stringify(portText)}`, 'a number from 1 to 65535')
  }
  return { host: host === '' ? '127.0.0.1' : host, port }
}

/** libpq's modes. `prefer`, its default, is plain here: whoever wants encryption says so. */
function postgresqlTls(query: URLSearchParams, fail: Fail): DatabaseTls | null {
  const mode = query.get('sslmode') ?? 'prefer'
  if (!['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'].includes(mode)) {
    throw fail(`option sslmode ${JSON.stringify(mode)}`, 'disable, prefer, require, verify-ca or verify-full')
  }
  if (!/^(require|verify)/.test(mode)) return null
  const caFile = query.get('sslrootcert')
  return {
    // libpq: require with a root certificate verifies as verify-ca does.
    verify: mode !== 'require' || caFile !== null,
    checkHostname: mode === 'verify-full',
    caFile,
    certFile: query.get('sslcert'),
    keyFile: query.get('sslkey'),
  }
}

function mysqlTls(query: URLSearchParams, fail: Fail): DatabaseTls | null {
  const mode = (query.get('ssl_mode') ?? 'PREFERRED').toUpperCase()
  if (!['DISABLED', 'PREFERRED', 'REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY'].includes(mode)) {
    throw fail(`option ssl_mode ${JSON.stringify(mode)}`, 'DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY')
  }
  const said = (name: string) => /^(true|1|yes|on)$/i.test(query.get(name) ?? '')
  const files = { caFile: query.get('ssl_ca'), certFile: query.get('ssl_cert'), keyFile: query.get('ssl_key') }
  const asked = said('ssl') || !['DISABLED', 'PREFERRED'].includes(mode) || Object.values(files).some(Boolean)
  if (!asked || mode === 'DISABLED' || said('ssl_disabled')) return null
  const checkHostname = mode === 'VERIFY_IDENTITY' || said('ssl_verify_identity') || said('ssl_check_hostname')
  const verify = checkHostname || mode === 'VERIFY_CA' || said('ssl_verify_cert') || files.caFile !== null
  return { verify, checkHostname, ...files }
}

function decode(text: string, part: string, fail: Fail): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw fail(part, 'valid percent-encoding (a "%" itself is written %25)')
  }
}
