import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Redis } from 'ioredis'

type Value = string | number

export interface Script<K extends string, A extends string> {
  readonly keys: readonly K[]
  readonly args: readonly A[]
  readonly source: string
  /** A key or argument that stands for several (`queues`) is given as a list. */
  run(
    redis: Redis,
    keys: Readonly<Record<K, string | readonly string[]>>,
    args: Readonly<Record<A, Value | readonly Value[]>>,
  ): Promise<unknown>
}

/** Every script of this transport. Names of keys and arguments are those of the file's head; a test compares them. */
export const scripts = {
  take: script(
    'take',
    ['unackedIndex', 'unacked', 'quarantines', 'notes', 'lists'],
    ['queueCount', 'limit', 'room', 'each', 'score', 'largest', 'kept', 'lot', 'names'],
  ),
  restore: script('restore', ['unackedIndex', 'unacked', 'lists'], ['tag', 'message', 'push', 'latest']),
  release: script('release', ['mutex'], ['token']),
  readSetAside: script('read_set_aside', ['quarantine', 'notes'], ['offset', 'limit', 'most']),
  readHeads: script('read_heads', ['lists'], ['most']),
  endSetAside: script('end_set_aside', ['quarantine', 'notes', 'list'], ['ids', 'how']),
}

function script<const K extends string, const A extends string>(
  name: string,
  keys: readonly K[],
  args: readonly A[],
): Script<K, A> {
  const source = readFileSync(new URL(`./scripts/${name}.lua`, import.meta.url), 'utf8')
  const sha = createHash('sha1').update(source).digest('hex')
  return {
    keys,
    args,
    source,
    async run(redis, keyValues, argValues) {
      const keyList = keys.flatMap((key) => keyValues[key])
      const argList = args.flatMap((arg) => argValues[arg])
      try {
        return await redis.evalsha(sha, keyList.length, ...keyList, ...argList)
      } catch (error) {
        // A restarted or flushed server forgets scripts; sending the source teaches it again.
        if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
        return redis.eval(source, keyList.length, ...keyList, ...argList)
      }
    },
  }
}

/** True when the server's access list forbids scripts: the plain commands do instead. */
export function forbidsScripts(error: unknown): boolean {
  return error instanceof Error && /^NOPERM.*\b(evalsha|eval)\b/i.test(error.message)
}
