/**
 * Whether the program behind a note of work still lives though it has not put off its deadline: a task that keeps the
 * event loop busy for minutes stops every timer, but not the connection. Each program writes down which one is its.
 */
import type { RedisKeys } from './keys.ts'
import type { RedisLinks } from './links.ts'

export interface Owners {
  /** Writes down our own connection; again after each time that it was made anew. */
  register(): Promise<void>
  /** Those of `names` whose connection the server still has. */
  alive(names: readonly string[]): Promise<ReadonlySet<string>>
  forget(names: readonly string[]): Promise<void>
}

export function createOwners(links: RedisLinks, keys: RedisKeys, me: string): Owners {
  const run = links.run
  async function register(): Promise<void> {
    await run('command', keys.startedOwners, async (redis) => {
      const client = clientOf(String(await redis.client('INFO')))
      if (client !== null) await redis.hset(keys.startedOwners, me, client)
    })
  }

  return {
    register,
    async alive(names) {
      if (names.length === 0) return new Set()
      return run('command', keys.startedOwners, async (redis) => {
        const clients = await redis.hmget(keys.startedOwners, ...names)
        if (clients.every((client) => client === null)) return new Set<string>()
        const connected = new Set(
          String(await redis.client('LIST'))
            .split('\n')
            .map(clientOf),
        )
        return new Set(names.filter((_, at) => clients[at] != null && connected.has(clients[at])))
      })
    },
    async forget(names) {
      if (names.length > 0)
        await run('command', keys.startedOwners, (redis) => redis.hdel(keys.startedOwners, ...names))
    },
  }
}

/** Number and address together: after a restart of the server the numbers begin anew. */
function clientOf(line: string): string | null {
  const found = /(?:^|\s)id=(\d+) addr=(\S+)/.exec(line)
  return found === null ? null : `${found[1]} ${found[2]}`
}
