import { randomBytes } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { messageOf } from '../../errors.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import { createSigner } from './signer.ts'

/** Somebody's log-in at a provider, as their cookie tells it. */
export interface Session {
  readonly id: string
  readonly email: string
  readonly provider: string
  /** Only those that a role is given to. */
  readonly groups: readonly string[]
  readonly endsMs: number
}

export interface Sessions {
  /** The value of a cookie for a new session. */
  open(person: Pick<Session, 'email' | 'provider' | 'groups'>): string
  /** Null when it is not ours, was changed, is over, or was logged out. */
  read(cookie: string | undefined): Session | null
  /**
   * From now on the cookie is worth nothing, also a copy of it, also after a restart, and within seconds in every
   * process that shares the file.
   */
  end(session: Session): Promise<void>
  /** Sessions that were logged out before the last stop. */
  load(): Promise<void>
}

export interface SessionsOptions {
  readonly runtime: Runtime
  readonly secret: string
  /** Where log-outs are remembered; null = only as long as the process lives. */
  readonly file: string | null
}

/** As long as Flower's. */
export const SESSION_MS = 30 * 86_400_000
/** Log-outs that are remembered; the oldest go first. */
const ENDED_MOST = 50_000
/** How often the file is looked at for log-outs that another process took. */
const LOOK_EVERY_MS = 2_000

export function createSessions({ runtime, secret, file }: SessionsOptions): Sessions {
  const nowMs = () => runtime.clock.nowMs()
  const signer = createSigner(secret, 'session', nowMs)
  const ended = new Map<string, number>()
  let writing: Promise<void> = Promise.resolve()
  let lookedMs = Number.NEGATIVE_INFINITY
  let seenVersion = ''

  /** Takes over what others wrote; true when the file lacks something that is known here. */
  function look(path: string): boolean {
    lookedMs = runtime.clock.monotonicMs()
    const version = versionOf(path)
    if (version === seenVersion) return false
    seenVersion = version
    const known = readEnded(path)
    if (known === null) {
      runtime.log.error('The file of log-outs cannot be read', { file: path })
      return false
    }
    const lacks = [...ended.keys()].some((id) => !Object.hasOwn(known, id))
    for (const [id, endsMs] of Object.entries(known)) ended.set(id, endsMs)
    forgetOver()
    return lacks
  }

  function lookNowAndThen(): void {
    if (file === null || runtime.clock.monotonicMs() - lookedMs < LOOK_EVERY_MS) return
    if (look(file)) writing = writing.then(() => write(file))
  }

  function forgetOver(): void {
    for (const [id, endsMs] of ended) if (endsMs <= nowMs() || ended.size > ENDED_MOST) ended.delete(id)
  }

  async function write(path: string): Promise<void> {
    try {
      look(path)
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      const next = `${path}.${process.pid}.new`
      await writeFile(next, JSON.stringify(Object.fromEntries(ended)), { mode: 0o600 })
      await rename(next, path)
    } catch (error) {
      runtime.log.error('A log-out cannot be remembered beyond a restart', { file: path, reason: messageOf(error) })
    }
  }

  return {
    open({ email, provider, groups }) {
      const id = randomBytes(16).toString('base64url')
      return signer.seal(JSON.stringify([id, email, provider, groups, nowMs() + SESSION_MS]), SESSION_MS)
    },
    read(cookie) {
      const text = signer.open(cookie)
      if (text === null) return null
      // Signed by us, so written by `open` above.
      const [id, email, provider, groups, endsMs] = JSON.parse(text) as [string, string, string, string[], number]
      lookNowAndThen()
      return ended.has(id) ? null : { id, email, provider, groups, endsMs }
    },
    async end({ id, endsMs }) {
      ended.set(id, endsMs)
      forgetOver()
      if (file === null) return
      writing = writing.then(() => write(file))
      await writing
    },
    async load() {
      if (file !== null) look(file)
    },
  }
}

const endedFile = z.record(z.string(), z.number())

/** Null: it cannot be read as what it should be. */
function readEnded(path: string): Readonly<Record<string, number>> | null {
  try {
    return endedFile.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return versionOf(path) === NO_FILE ? {} : null
  }
}

const NO_FILE = 'none'

function versionOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false })
  return found === undefined ? NO_FILE : `${found.ino} ${found.mtimeMs} ${found.size}`
}
