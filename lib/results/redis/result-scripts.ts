/** Scripts of the result backend: by their sum, by their text when the server does not know them, or not at all. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Redis } from 'ioredis'
import { messageOf } from '../../errors.ts'

export interface ResultScript {
  /** Throws what the server answers; `forbidsScripts` tells whether an ACL stands against it. */
  run(redis: Redis, keys: readonly string[], args: readonly (string | Buffer)[]): Promise<unknown>
}

/** The texts are read here, not at the first result: a missing file shows at the start. */
export function loadScript(file: URL): ResultScript {
  const text = readFileSync(file, 'utf8')
  const sha = createHash('sha1').update(text).digest('hex')
  return {
    async run(redis, keys, args) {
      try {
        return await redis.evalsha(sha, keys.length, ...keys, ...args)
      } catch (error) {
        if (!messageOf(error).startsWith('NOSCRIPT')) throw error
        return redis.eval(text, keys.length, ...keys, ...args)
      }
    },
  }
}

export function forbidsScripts(error: unknown): boolean {
  return /NOPERM|unknown command/i.test(messageOf(error))
}
