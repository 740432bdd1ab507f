import type { Redis } from 'ioredis'
import type { Runtime } from '../../runtime/runtime.ts'
import type { RedisLinks } from './links.ts'
import { forbidsScripts } from './scripts.ts'

/** Chooses between a script and plain commands; remembers when the server forbids scripts, and warns once. */
export interface ScriptUse {
  /** `plain` has the connection to itself while it runs: a WATCH belongs to the connection. */
  run<T>(script: (redis: Redis) => Promise<T>, plain: (redis: Redis) => Promise<T>): Promise<T>
}

export function createScriptUse(links: RedisLinks, runtime: Runtime): ScriptUse {
  let forbidden = false
  let isTold = false
  let queue: Promise<unknown> = Promise.resolve()

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = queue.then(work, work)
    queue = turn.catch(() => {})
    return turn
  }

  return {
    async run(script, plain) {
      if (!forbidden) {
        const answer = await links.run('blocking', '', (redis) =>
          script(redis).catch((error: unknown) => {
            if (!forbidsScripts(error)) throw error
            forbidden = true
            return FORBIDDEN
          }),
        )
        if (answer !== FORBIDDEN) return answer as Awaited<ReturnType<typeof script>> // the symbol is the only other case
        // Several may have been refused at once.
        if (!isTold) {
          isTold = true
          runtime.log.warning(
            `The user of ${links.address.url} may not run scripts (EVALSHA, EVAL): messages are taken one by one, slower.`,
          )
        }
      }
      return inTurn(() => links.run('blocking', '', plain))
    },
  }
}

const FORBIDDEN = Symbol('scripts are forbidden')
