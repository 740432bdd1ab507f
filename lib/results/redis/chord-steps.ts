/** The four steps of a chord in Redis (wire.md E4): atomic by scripts, or by plain commands where an ACL forbids these. */
import type { Redis } from 'ioredis'
import { messageOf } from '../../errors.ts'
import { forbidsScripts, loadScript } from './result-scripts.ts'

export interface ChordKeys {
  readonly group: string
  readonly parts: string
  readonly counted: string
  readonly added: string
  readonly size: string
  readonly claim: string
}

export interface CountedPart {
  /** `<task id>:<index>` */
  readonly mark: string
  readonly value: Buffer
}

export interface CountStep {
  /** Null: nothing new, only look whether the claim is free. */
  readonly part: CountedPart | null
  /** Null: the parts are a list. */
  readonly score: string | null
  readonly expiresSeconds: number
  readonly groupExpiresSeconds: number
  readonly claimSeconds: number
  readonly token: string
}

export interface ChordSteps {
  /** Whether the claim is ours now. */
  count(redis: Redis, keys: ChordKeys, step: CountStep): Promise<boolean>
  extend(redis: Redis, keys: ChordKeys, token: string, seconds: number): Promise<boolean>
  done(redis: Redis, keys: ChordKeys, token: string, markSeconds: number): Promise<boolean>
}

const DONE = 'done'

export function createChordSteps(): ChordSteps {
  const partScript = loadScript(new URL('./scripts/chord-part.lua', import.meta.url))
  const extendScript = loadScript(new URL('./scripts/chord-extend.lua', import.meta.url))
  const doneScript = loadScript(new URL('./scripts/chord-done.lua', import.meta.url))
  let mayScript = true

  async function either(script: () => Promise<unknown>, plain: () => Promise<boolean>): Promise<boolean> {
    if (!mayScript) return plain()
    try {
      return (await script()) === 1
    } catch (error) {
      if (!forbidsScripts(error)) throw error
      mayScript = false
      return plain()
    }
  }

  return {
    count(redis, keys, step) {
      const { parts, added, size, counted, group, claim } = keys
      const names = [parts, added, size, counted, group, claim]
      const args = [
        step.part?.mark ?? '',
        step.part?.value ?? '',
        step.score ?? '',
        String(step.expiresSeconds),
        String(step.groupExpiresSeconds),
        String(step.claimSeconds),
        step.token,
      ]
      return either(
        () => partScript.run(redis, names, args),
        () => countPlainly(redis, keys, step),
      )
    },
    extend(redis, { claim, size }, token, seconds) {
      return either(
        () => extendScript.run(redis, [claim, size], [token, String(seconds)]),
        async () => {
          const holder = await redis.get(claim)
          if (holder === token) return (await redis.expire(claim, seconds)) === 1
          if (holder !== null || (await redis.exists(size)) === 0) return false
          return (await redis.set(claim, token, 'EX', seconds, 'NX')) === 'OK'
        },
      )
    },
    done(redis, { claim, parts, added, size, counted }, token, markSeconds) {
      return either(
        () => doneScript.run(redis, [claim, parts, added, size, counted], [token, String(markSeconds)]),
        async () => {
          if ((await redis.get(claim)) !== token) return false
          const steps = redis.multi().del(parts, added, size, counted).set(claim, DONE, 'EX', markSeconds)
          throwFirst(await steps.exec())
          return true
        },
      )
    },
  }
}

/** As above, with a gap between looking and counting: two copies of one part at the same instant may both count. */
async function countPlainly(redis: Redis, keys: ChordKeys, step: CountStep): Promise<boolean> {
  const { part, score, expiresSeconds, groupExpiresSeconds } = step
  const [holder, known] = await Promise.all([
    redis.get(keys.claim),
    part === null ? 1 : redis.sismember(keys.counted, part.mark),
  ])
  if (holder === DONE) return false
  const steps = redis.multi()
  if (part !== null && known === 0) {
    steps.sadd(keys.counted, part.mark)
    if (score === null) steps.rpush(keys.parts, part.value)
    else steps.zadd(keys.parts, score, part.value)
  }
  if (part !== null && expiresSeconds > 0) {
    for (const key of [keys.parts, keys.added, keys.size, keys.counted]) steps.expire(key, expiresSeconds)
  }
  if (part !== null && groupExpiresSeconds > 0) steps.expire(keys.group, groupExpiresSeconds)
  steps.get(keys.size).get(keys.added)
  if (score === null) steps.llen(keys.parts)
  else steps.zcard(keys.parts)
  const [size, added, count] = throwFirst(await steps.exec()).slice(-3)
  if (size === null || Number(count) !== Number(size) + Number(added ?? 0)) return false
  return (await redis.set(keys.claim, step.token, 'EX', step.claimSeconds, 'NX')) === 'OK'
}

/** The answers of a MULTI; the first refusal is thrown. */
export function throwFirst(answers: readonly (readonly [Error | null, unknown])[] | null): readonly unknown[] {
  for (const [error] of answers ?? []) if (error !== null) throw new Error(messageOf(error), { cause: error })
  return (answers ?? []).map(([, answer]) => answer)
}
