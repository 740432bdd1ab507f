import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { messageOf, UmbelError } from '../../errors.ts'
import type { ApiTokenView, TokenScope } from '../../live/http.ts'
import type { Role } from '../../monitor/contracts.ts'
import type { Runtime } from '../../runtime/runtime.ts'

/** A token that the configuration names. */
export interface ConfiguredToken {
  readonly name: string
  readonly scope: TokenScope
  /** SHA-256 of the token, in hex. */
  readonly hash: string
}

export interface ApiToken extends ConfiguredToken {
  readonly id: string
  /** The first characters, to tell tokens apart. */
  readonly prefix: string
  readonly source: 'page' | 'configuration'
  readonly createdMs: number | null
  readonly createdBy: string | null
  readonly expiresMs: number | null
}

/** Programs that may call the API with `Authorization: Bearer umb_…`. Only hashes are kept. */
export interface ApiTokens {
  /** The token of such a header. `unknown`: it looks like one of ours and is not. Null: it is no token of ours. */
  check(header: string | undefined, address: string | null): ApiToken | 'unknown' | null
  list(): readonly ApiTokenView[]
  /** The token itself is in the answer and never told again. Throws `token/exists`, `token/too-many`. */
  create(input: NewToken): Promise<{ readonly token: string; readonly view: ApiTokenView }>
  /** Throws `token/unknown`, also for those of the configuration. */
  remove(id: string): Promise<ApiTokenView>
  load(): Promise<void>
  /** Writes down the last uses. */
  flush(): Promise<void>
}

export interface NewToken {
  readonly name: string
  readonly scope: TokenScope
  readonly forMs: number | null
  readonly by: string | null
}

export interface ApiTokensOptions {
  readonly runtime: Runtime
  readonly configured: readonly ConfiguredToken[]
  /** Null: tokens of the page live as long as the process. */
  readonly file: string | null
}

export const ROLE_OF_SCOPE: Readonly<Record<TokenScope, Role>> = { read: 'viewer', operate: 'operator', admin: 'admin' }
export const TOKEN_START = 'umb_'
const TOKENS_MOST = 500
const PREFIX_LENGTH = 10
/** The last use is written down at most this often. */
const WRITE_USES_MS = 60_000

const storedToken = z.object({
  id: z.string(),
  name: z.string(),
  scope: z.enum(['read', 'operate', 'admin']),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  prefix: z.string(),
  createdMs: z.number().nullable(),
  createdBy: z.string().nullable(),
  expiresMs: z.number().nullable(),
  lastUsedMs: z.number().nullable().default(null),
  lastUsedFrom: z.string().nullable().default(null),
})
const storedFile = z.object({ tokens: z.array(storedToken).max(TOKENS_MOST) })

interface Known extends ApiToken {
  lastUsedMs: number | null
  lastUsedFrom: string | null
}

export function createApiTokens({ runtime, configured, file }: ApiTokensOptions): ApiTokens {
  const { clock, log } = runtime
  // By hash: looking one up compares no part of a token with what somebody sends.
  const byHash = new Map<string, Known>()
  for (const { name, scope, hash } of configured) {
    byHash.set(hash, {
      ...{ name, scope, hash, id: `configuration:${name}`, prefix: '', source: 'configuration', createdMs: null },
      ...{ createdBy: null, expiresMs: null, lastUsedMs: null, lastUsedFrom: null },
    })
  }
  let writing: Promise<void> = Promise.resolve()
  let usesWrittenMs = clock.nowMs()
  let usesChanged = false

  async function write(path: string): Promise<void> {
    const tokens = [...byHash.values()].filter(({ source }) => source === 'page').map(({ source, ...rest }) => rest)
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writeFile(`${path}.new`, JSON.stringify({ tokens }, null, 2), { mode: 0o600 })
    await rename(`${path}.new`, path)
  }

  function save(): Promise<void> {
    usesChanged = false
    usesWrittenMs = clock.nowMs()
    if (file === null) return Promise.resolve()
    const written = writing.then(() => write(file))
    writing = written.catch((error: unknown) => {
      log.error('The file of API tokens cannot be written', { file, reason: messageOf(error) })
    })
    return written
  }

  function used(token: Known, address: string | null): void {
    token.lastUsedMs = clock.nowMs()
    token.lastUsedFrom = address
    usesChanged = true
    if (clock.nowMs() - usesWrittenMs >= WRITE_USES_MS) save().catch(() => {}) // said in the log
  }

  return {
    check(header, address) {
      const text = /^bearer +([\w.~+/=-]{1,512}) *$/i.exec(header ?? '')?.[1]
      if (text === undefined) return null
      const token = byHash.get(hashOf(text))
      if (token !== undefined && (token.expiresMs === null || token.expiresMs > clock.nowMs())) {
        used(token, address)
        return token
      }
      return token !== undefined || text.startsWith(TOKEN_START) ? 'unknown' : null
    },
    list: () => [...byHash.values()].map((token) => viewOf(token, clock.nowMs())),
    async create({ name, scope, forMs, by }) {
      const all = [...byHash.values()]
      if (all.some((other) => other.name === name)) throw new UmbelError('token/exists', { name })
      if (all.length >= TOKENS_MOST) throw new UmbelError('token/too-many', { most: TOKENS_MOST })
      const text = TOKEN_START + randomBytes(32).toString('base64url')
      const nowMs = clock.nowMs()
      const token: Known = {
        ...{ name, scope, hash: hashOf(text), id: randomBytes(9).toString('base64url'), source: 'page' },
        ...{ prefix: text.slice(0, PREFIX_LENGTH), createdMs: nowMs, createdBy: by },
        ...{ expiresMs: forMs === null ? null : nowMs + forMs, lastUsedMs: null, lastUsedFrom: null },
      }
      byHash.set(token.hash, token)
      try {
        await save()
      } catch (error) {
        byHash.delete(token.hash)
        throw new UmbelError('token/not-kept', { reason: messageOf(error) }, error)
      }
      return { token: text, view: viewOf(token, nowMs) }
    },
    async remove(id) {
      const token = [...byHash.values()].find((each) => each.id === id && each.source === 'page')
      if (token === undefined) throw new UmbelError('token/unknown', { id: id.slice(0, 100) })
      byHash.delete(token.hash)
      await save().catch((error: unknown) => {
        throw new UmbelError('token/not-kept', { reason: messageOf(error) }, error)
      })
      return viewOf(token, clock.nowMs())
    },
    async load() {
      if (file === null) return
      const text = await readFile(file, 'utf8').catch(() => null)
      if (text === null) return
      try {
        for (const token of storedFile.parse(JSON.parse(text)).tokens) {
          if (!byHash.has(token.hash)) byHash.set(token.hash, { ...token, source: 'page' })
        }
      } catch (error) {
        log.error('The file of API tokens cannot be read; it is kept aside', { file, reason: messageOf(error) })
        await rename(file, `${file}.corrupt`).catch(() => {})
      }
    },
    async flush() {
      if (usesChanged) await save().catch(() => {}) // said in the log
      await writing
    },
  }
}

export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

function viewOf(token: Known, nowMs: number): ApiTokenView {
  const { hash, ...rest } = token
  return { ...rest, expired: token.expiresMs !== null && token.expiresMs <= nowMs }
}
