import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
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
  /** From now on the cookie is worth nothing, also a copy of it, also after a restart. */
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

export function createSessions({ runtime, secret, file }: SessionsOptions): Sessions {
  const nowMs = () => runtime.clock.nowMs()
  const signer = createSigner(secret, 'session', nowMs)
  const ended = new Map<string, number>()
  let writing: Promise<void> = Promise.resolve()

  function forgetOver(): void {
    for (const [id, endsMs] of ended) if (endsMs <= nowMs() || ended.size > ENDED_MOST) ended.delete(id)
  }

  async function write(path: string): Promise<void> {
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      await writeFile(`${path}.new`, JSON.stringify(Object.fromEntries(ended)), { mode: 0o600 })
      await rename(`${path}.new`, path)
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
      if (file === null) return
      const text = await readFile(file, 'utf8').catch(() => '{}')
      const known = readEnded(text)
      if (known === null) runtime.log.error('The file of log-outs cannot be read', { file })
      for (const [id, endsMs] of Object.entries(known ?? {})) ended.set(id, endsMs)
      forgetOver()
    },
  }
}

const endedFile = z.record(z.string(), z.number())

function readEnded(text: string): Readonly<Record<string, number>> | null {
  try {
    return endedFile.parse(JSON.parse(text))
  } catch {
    return null
  }
}
