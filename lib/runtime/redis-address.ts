/**
 * A Redis URL as Celery writes it, taken apart (wire.md A8). Nothing here prints a password: every error carries the
 * masked URL.
 */
import { UmbelError } from '../errors.ts'

export const REDIS_SCHEMES = ['redis', 'rediss', 'redis+socket', 'sentinel'] as const
type Scheme = (typeof REDIS_SCHEMES)[number]

export interface RedisHost {
  readonly host: string
  readonly port: number
}

export interface RedisTls {
  /** False only for `ssl_cert_reqs=none`. */
  readonly verify: boolean
  /** False for `ssl_check_hostname=false`: signed by the right authority is enough. */
  readonly checkHostname: boolean
  readonly caFile: string | null
  readonly certFile: string | null
  readonly keyFile: string | null
}

export interface RedisAddress {
  /** With the password masked; safe to print. */
  readonly url: string
  readonly db: number
  readonly username: string | null
  readonly password: string | null
  readonly tls: RedisTls | null
  /** One host, or the sentinels. Empty for a socket file. */
  readonly hosts: readonly RedisHost[]
  readonly socketPath: string | null
  readonly sentinel: RedisSentinel | null
  /** Servers that are tried in its place when it cannot be reached. */
  readonly alternates: readonly RedisAddress[]
}

export interface RedisSentinel {
  readonly masterName: string
  readonly username: string | null
  readonly password: string | null
}

export interface RedisUrlOptions {
  /** `broker_transport_options.master_name`; required for sentinel:// unless the URL has `?master_name=`. */
  readonly masterName?: string
  /** `broker_transport_options.sentinel_kwargs`: how to log in at the sentinels themselves. */
  readonly sentinelUsername?: string
  readonly sentinelPassword?: string
  /** Whether several servers may be named: `redis://a;redis://b`, as Celery's broker_url. */
  readonly alternates?: boolean
}

/** The URL with every password replaced by `***`. Works on URLs that cannot be parsed, too. */
export function maskUrl(url: string): string {
  return pieces(url)
    .map((piece) => {
      const start = piece.indexOf('://') + 3
      const at = piece.lastIndexOf('@')
      const colon = piece.indexOf(':', start)
      const masked = start > 2 && colon !== -1 && colon < at ? `${piece.slice(0, colon)}:***${piece.slice(at)}` : piece
      return masked.replace(/([?&](?:[a-z_]*password|passwd)=)[^&#]*/gi, '$1***')
    })
    .join(';')
}

/**
 * Takes `redis://`, `rediss://`, `redis+socket://` or `sentinel://…;sentinel://…` apart.
 * @throws UmbelError `broker/bad-url` naming the part that is wrong
 */
export function parseRedisUrl(url: string, options: RedisUrlOptions = {}): RedisAddress {
  const fail = failer(url)
  const texts = pieces(url.trim())
  const parts = texts.map((piece) => splitUrl(piece, fail))
  const [first] = parts
  if (first === undefined) throw fail('URL', 'redis://host:port/db')
  if (parts.length > 1 && first.scheme !== 'sentinel') {
    if (options.alternates !== true) throw fail('URL', 'one server; a list is for sentinel:// and brokers only')
    return withAlternates(
      texts.map((piece) => parseRedisUrl(piece, options)),
      fail,
    )
  }

  const { scheme, query } = first
  const { username, password } = parts.find((part) => part.password !== null) ?? first
  const socketPath = scheme === 'redis+socket' ? first.path : null
  if (socketPath !== null && socketPath.length < 2)
    throw fail('path', 'the socket file, as in redis+socket:///run/redis.sock')
  const database = query.get('virtual_host') ?? (socketPath === null ? (parts.at(-1) ?? first).path : '')

  return {
    url: maskUrl(url.trim()),
    db: parseDb(database, fail),
    username,
    password,
    tls: parseTls(scheme, query, fail),
    hosts: socketPath === null ? parts.map((part) => parseHost(part, fail)) : [],
    socketPath,
    sentinel: scheme === 'sentinel' ? parseSentinel(query, options, fail) : null,
    alternates: [],
  }
}

/** The names of channels have the number of the database in them: one number for all. */
function withAlternates([first, ...others]: readonly RedisAddress[], fail: Fail): RedisAddress {
  if (first === undefined) throw fail('URL', 'redis://host:port/db')
  if (others.some(({ db }) => db !== first.db)) throw fail('database', 'the same number for every server of the list')
  if (others.some(({ sentinel }) => sentinel !== null)) throw fail('URL', 'a list of servers, or one of sentinels')
  return { ...first, alternates: others }
}

type Fail = (part: string, expected: string) => UmbelError<'broker/bad-url'>

function failer(url: string): Fail {
  return (part, expected) => new UmbelError('broker/bad-url', { url: maskUrl(url), part, expected })
}

/** `;` separates sentinels; elsewhere it is a character like others. */
function pieces(url: string): readonly string[] {
  return url.split(/;(?=[a-z+]+:\/\/)/i)
}

interface UrlParts {
  readonly scheme: Scheme
  readonly username: string | null
  readonly password: string | null
  /** `host:port`, still together. */
  readonly place: string
  /** Decoded, with its leading slash, or ''. */
  readonly path: string
  readonly query: URLSearchParams
}

function splitUrl(url: string, fail: Fail): UrlParts {
  const found = /^([^:/?#]*):\/\/(.*)$/s.exec(url)
  if (found === null) throw fail('URL', 'redis://host:port/db')
  const [, name = '', rest = ''] = found
  const scheme = REDIS_SCHEMES.find((known) => known === name.toLowerCase())
  if (scheme === undefined) throw fail(`scheme ${JSON.stringify(name)}`, `one of ${REDIS_SCHEMES.join(', ')}`)

  const end = rest.search(/[/?#]/)
  const authority = end === -1 ? rest : rest.slice(0, end)
  const tail = end === -1 ? '' : rest.slice(end)
  const question = tail.indexOf('?')
  const rawPath = question === -1 ? tail : tail.slice(0, question)
  const at = authority.lastIndexOf('@')
  const login = at === -1 ? null : authority.slice(0, at)
  if (login?.includes('@')) throw fail('password', 'no "@" in it; write it as %40')
  if (login === null && rawPath.includes('@')) throw fail('password', '"/" written as %2F, "?" as %3F and "#" as %23')

  const colon = login?.indexOf(':') ?? -1
  const user = login === null ? '' : colon === -1 ? login : login.slice(0, colon)
  const secret = login === null || colon === -1 ? '' : login.slice(colon + 1)
  return {
    scheme,
    username: user === '' ? null : decode(user, 'user name', fail),
    password: secret === '' ? null : decode(secret, 'password', fail),
    place: authority.slice(at + 1),
    path: decode(rawPath, 'path', fail),
    query: new URLSearchParams(question === -1 ? '' : tail.slice(question + 1)),
  }
}

function decode(text: string, part: string, fail: Fail): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw fail(part, 'valid percent-encoding (a "%" itself is written %25)')
  }
}

function parseHost({ scheme, place }: UrlParts, fail: Fail): RedisHost {
  const found = /^(?:\[([0-9a-f:.%]+)\]|([^:[\]]*))(?::([^:]*))?$/i.exec(place)
  if (found === null) throw fail(`host ${JSON.stringify(place)}`, 'host:port, with an IPv6 address in brackets')
  const [, v6, name = '', portText = ''] = found
  const host = v6 ?? decode(name, 'host', fail)
  if (/[\s@\\]/.test(host)) throw fail(`host ${JSON.stringify(host)}`, 'a host name or an address')
  const port = portText === '' ? (scheme === 'sentinel' ? 26379 : 6379) : Number(portText)
  if (!/^\d*$/.test(portText) || port < 1 || port > 65535) {
    throw fail(`port ${JSON.stringify(portText)}`, 'a number from 1 to 65535')
  }
  return { host: host === '' ? '127.0.0.1' : host, port }
}

function parseDb(path: string, fail: Fail): number {
  const text = path.replace(/^\/+/, '')
  if (!/^\d{0,9}$/.test(text)) throw fail(`database ${JSON.stringify(text)}`, 'a number, as in redis://host:6379/0')
  return Number(text)
}

const CERT_REQS: Readonly<Record<string, boolean>> = { required: true, optional: true, none: false }
const TLS_OPTIONS = ['ssl_cert_reqs', 'ssl_ca_certs', 'ssl_certfile', 'ssl_keyfile', 'ssl_check_hostname']

function parseTls(scheme: Scheme, query: URLSearchParams, fail: Fail): RedisTls | null {
  const given = [...query.keys()].filter((key) => key.startsWith('ssl_'))
  const unknown = given.find((key) => !TLS_OPTIONS.includes(key))
  if (unknown !== undefined) throw fail(`option ${unknown}`, `one of ${TLS_OPTIONS.join(', ')}`)
  if (scheme === 'redis' || scheme === 'redis+socket') {
    if (given[0] !== undefined) throw fail(`option ${given[0]}`, 'a rediss:// URL when there are ssl_ options')
    return null
  }
  if (scheme === 'sentinel' && given.length === 0) return null
  const reqs = query.get('ssl_cert_reqs') ?? 'required'
  const verify = CERT_REQS[reqs.toLowerCase().replace(/^cert_/, '')]
  if (verify === undefined) throw fail(`ssl_cert_reqs ${JSON.stringify(reqs)}`, 'required, optional or none')
  const checked = query.get('ssl_check_hostname') ?? 'true'
  if (!/^(true|false|1|0|yes|no)$/i.test(checked)) {
    throw fail(`ssl_check_hostname ${JSON.stringify(checked)}`, 'true or false')
  }
  return {
    verify,
    checkHostname: /^(true|1|yes)$/i.test(checked),
    caFile: query.get('ssl_ca_certs'),
    certFile: query.get('ssl_certfile'),
    keyFile: query.get('ssl_keyfile'),
  }
}

function parseSentinel(query: URLSearchParams, options: RedisUrlOptions, fail: Fail): RedisSentinel {
  const masterName = options.masterName ?? query.get('master_name') ?? ''
  if (masterName === '') throw fail('master name', 'broker_transport_options.master_name (or ?master_name= in the URL)')
  return {
    masterName,
    username: options.sentinelUsername ?? null,
    password: options.sentinelPassword ?? null,
  }
}
