/** Whose messages are next to be taken, without reading them whole. */
import { taskIdAtEnd } from '../raw-message.ts'
import type { RedisKeys } from './keys.ts'
import type { RedisLinks } from './links.ts'
import { forbidsScripts, scripts } from './scripts.ts'

/** The properties stand at the end of a message; kombu's take some 300 bytes. */
const TAIL_BYTES = 2_048

/** Without leave for scripts nothing is told: plain commands would have to read messages whole. */
export function createHeads(links: RedisLinks, keys: RedisKeys) {
  let forbidden = false
  return async (names: readonly string[]): Promise<Readonly<Record<string, readonly string[]>>> => {
    if (forbidden || names.length === 0) return {}
    const lists = names.flatMap((name) => keys.lists(name))
    const tails = await links.run('command', '', (redis) =>
      scripts.readHeads.run(redis, { lists }, { most: TAIL_BYTES }).catch((error: unknown) => {
        if (!forbidsScripts(error)) throw error
        forbidden = true
        return []
      }),
    )
    const texts = Array.isArray(tails) ? tails.map(String) : []
    const each = keys.steps.length
    const heads = names.map((name, at) => {
      const ids = texts.slice(at * each, (at + 1) * each).map(taskIdAtEnd)
      return [name, ids.filter((id) => id !== null)] as const
    })
    return Object.fromEntries(heads.filter(([, ids]) => ids.length > 0))
  }
}
