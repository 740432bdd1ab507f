import type { DatabaseAddress } from './database-url.ts'

const NO_TABLES = "django-celery-beat's tables are not there; `python manage.py migrate django_celery_beat` makes them"

/** What a refused connection or statement means, for a person. First match wins; code and text of all three drivers. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/no such table: \w*django_celery_beat|42P01 .*django_celery_beat|ER_NO_SUCH_TABLE .*django_celery_beat/, NO_TABLES],
  [
    /no such column|42703|ER_BAD_FIELD_ERROR/,
    "django-celery-beat's tables are of a release before 2.0; `python manage.py migrate django_celery_beat` renews them",
  ],
  [/28P01|28000 .*password|ER_ACCESS_DENIED_ERROR|password must be a string/, 'user name or password refused'],
  [/28000/, 'the server does not let this user in from here (pg_hba.conf); it may want TLS (sslmode=require)'],
  [/3D000|ER_BAD_DB_ERROR/, 'there is no database of this name'],
  [/ER_DBACCESS_DENIED_ERROR/, 'this user may not use this database'],
  [
    /42501|ER_TABLEACCESS_DENIED_ERROR|ER_(COLUMN|SPECIFIC)_?ACCESS_DENIED/,
    'this user may not do that with its tables',
  ],
  [/readonly database|25006|ER_OPTION_PREVENTS_STATEMENT/, 'the database is read-only'],
  [/database is locked|55P03|ER_LOCK_WAIT_TIMEOUT/, 'another program keeps it locked'],
  [/40P01|40001|ER_LOCK_DEADLOCK/, 'two programs changed it at once'],
  [/53300|ER_CON_COUNT_ERROR/, 'the server has its maximum number of connections'],
  [/file is not a database|not a database/, 'the file is not a database of SQLite'],
  [/the file does not exist/, 'the file does not exist'],
  [/unable to open database/, 'the file cannot be opened'],
  [/does not support (SSL|secure)/i, 'the server does not speak TLS'],
  [
    /SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|self-signed|unable to (verify|get)/,
    'its certificate is not signed by a trusted authority',
  ],
  [/ALTNAME|altnames/, 'its certificate is for another host name'],
  [/CERT_HAS_EXPIRED|certificate has expired/, 'its certificate has expired'],
  [/ECONNREFUSED/, 'connection refused'],
  [/ENOTFOUND|EAI_AGAIN/, 'the host name cannot be resolved'],
  [/EHOSTUNREACH|ENETUNREACH/, 'no route to the host'],
  [/ENOENT/, 'a file that it needs does not exist'],
  [/ETIMEDOUT|timeout|PROTOCOL_SEQUENCE_TIMEOUT/i, 'no answer in time'],
  [/57P0|08\d\d\d|ECONNRESET|EPIPE|PROTOCOL_CONNECTION_LOST|terminated|closed state/, 'the connection was cut'],
]

/** A sentence's end ("connection refused") for anything a driver says. Holds no secret. */
export function sqlTrouble(error: unknown, { password }: DatabaseAddress): string {
  const first = error instanceof AggregateError ? error.errors[0] : error
  if (!(first instanceof Error)) return String(first).slice(0, 200)
  const code = 'code' in first && typeof first.code === 'string' ? first.code : ''
  const text = `${code} ${first.message}`
  const known = MEANINGS.find(([sign]) => sign.test(text))?.[1]
  if (known !== undefined) return known
  const short = first.message.slice(0, 200) || first.name
  return password === null ? short : short.replaceAll(password, '***')
}
