/** Writing one meta: look, refuse to overwrite a SUCCESS, store and publish what was not changed meanwhile. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Redis } from 'ioredis'
import { messageOf, UmbelError } from '../../errors.ts'
import { compressedTaskMeta, formatTaskMeta, type TaskMeta } from '../../protocol/task-meta.ts'
import { nodeCodecs } from '../../runtime/codecs.ts'
import type { RedisLink } from './redis-link.ts'

/** Others may write the same meta at the same instant, but not for ever. */
const ATTEMPTS = 10

/** `isFinal` says whether what is stored must stay. `seconds` 0 = keep. */
export type StoreResult = (
  key: string,
  meta: TaskMeta,
  seconds: number,
  isFinal: (stored: Buffer) => boolean,
) => Promise<void>

export function createStoreResult(link: RedisLink, compression: string | null): StoreResult {
  const script = loadScript()
  /** Set once when an ACL forbids scripts: then as Python writes, with its gap between GET and MULTI. */
  let mayScript = true

  async function write(redis: Redis, write: Write): Promise<boolean> {
    if (!mayScript) return writePlainly(redis, write)
    try {
      return await writeByScript(redis, script, write)
    } catch (error) {
      if (!/NOPERM|unknown command/i.test(messageOf(error))) throw error
      mayScript = false
      return writePlainly(redis, write)
    }
  }

  return (key, meta, seconds, isFinal) => {
    const text = formatTaskMeta(meta)
    const value =
      compression === null ? Buffer.from(text) : Buffer.from(compressedTaskMeta(text, compression, nodeCodecs))
    return link.run(async (redis) => {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const stored = await redis.getBuffer(key)
        if (stored !== null && isFinal(stored)) return
        if (await write(redis, { key, value, seconds, stored })) return
      }
      throw new UmbelError('internal', { reason: `the result under ${key} keeps changing` })
    })
  }
}

interface Write {
  readonly key: string
  readonly value: Buffer
  readonly seconds: number
  /** What was there when it was decided to write. */
  readonly stored: Buffer | null
}

interface Script {
  readonly text: string
  readonly sha: string
}

function loadScript(): Script {
  const text = readFileSync(new URL('./scripts/store-result.lua', import.meta.url), 'utf8')
  return { text, sha: createHash('sha1').update(text).digest('hex') }
}

async function writeByScript(redis: Redis, script: Script, { key, value, seconds, stored }: Write): Promise<boolean> {
  const expected = stored === null ? '' : createHash('sha1').update(stored).digest('hex')
  const args = [key, expected, value, String(seconds)] as const
  try {
    return (await redis.evalsha(script.sha, 1, ...args)) === 1
  } catch (error) {
    if (!messageOf(error).startsWith('NOSCRIPT')) throw error
    return (await redis.eval(script.text, 1, ...args)) === 1
  }
}

async function writePlainly(redis: Redis, { key, value, seconds }: Write): Promise<boolean> {
  const steps = redis.multi()
  if (seconds === 0) steps.set(key, value)
  else steps.setex(key, seconds, value)
  steps.publish(key, value)
  for (const [error] of (await steps.exec()) ?? []) if (error !== null) throw error
  return true
}
