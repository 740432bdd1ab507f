/** Scripts of this room: by their sum, by their text when the server does not know them, else by plain commands. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Redis } from 'ioredis'
import { messageOf } from '../../errors.ts'
import type { PlainWay } from './plain-ways.ts'

type Value = string | number

export interface Script {
  readonly source: string
  run(redis: Redis, keys: readonly string[], args: readonly Value[]): Promise<unknown>
  /** Many in one go; each has its own answer or error. */
  runAll(redis: Redis, calls: readonly ScriptCall[]): Promise<readonly PromiseSettledResult<unknown>[]>
}

export interface ScriptCall {
  readonly keys: readonly string[]
  readonly args: readonly Value[]
}

/** Connections whose user may not run scripts. */
const plainly = new WeakSet<Redis>()
/** A WATCH belongs to its connection: one after the other. */
const turns = new WeakMap<Redis, Promise<unknown>>()

function inTurn<T>(redis: Redis, work: () => Promise<T>): Promise<T> {
  const turn = (turns.get(redis) ?? Promise.resolve()).then(work)
  turns.set(
    redis,
    turn.catch(() => {}),
  )
  return turn
}

/** The texts are read at the start: a missing file shows then. `plain`: the same where scripts are forbidden. */
export function loadScript(name: string, plain: PlainWay | null = null): Script {
  const source = readFileSync(new URL(`./scripts/${name}.lua`, import.meta.url), 'utf8')
  const sha = createHash('sha1').update(source).digest('hex')

  async function run(redis: Redis, keys: readonly string[], args: readonly Value[]): Promise<unknown> {
    if (plain !== null && plainly.has(redis)) return inTurn(redis, () => plain(redis, keys, args))
    try {
      return await redis.evalsha(sha, keys.length, ...keys, ...args)
    } catch (error) {
      if (plain !== null && forbidsScripts(error)) {
        plainly.add(redis)
        return run(redis, keys, args)
      }
      // A restarted or flushed server forgets scripts; sending the source teaches it again.
      if (!isUnknownScript(error)) throw error
      return redis.eval(source, keys.length, ...keys, ...args)
    }
  }

  return {
    source,
    run,
    async runAll(redis, calls) {
      const pipeline = redis.pipeline()
      for (const { keys, args } of calls) pipeline.evalsha(sha, keys.length, ...keys, ...args)
      const answers = (await pipeline.exec()) ?? []
      return Promise.all(
        calls.map(async (call, index): Promise<PromiseSettledResult<unknown>> => {
          const [error, value] = answers[index] ?? [new Error('Connection is closed.')]
          if (!error) return { status: 'fulfilled', value }
          if (!isUnknownScript(error) && !forbidsScripts(error)) return { status: 'rejected', reason: error }
          const [again] = await Promise.allSettled([run(redis, call.keys, call.args)])
          return again
        }),
      )
    },
  }
}

function isUnknownScript(error: unknown): boolean {
  return messageOf(error).startsWith('NOSCRIPT')
}

/** True when the server's access list forbids scripts. */
export function forbidsScripts(error: unknown): boolean {
  return /^NOPERM.*\b(evalsha|eval)\b/i.test(messageOf(error))
}
