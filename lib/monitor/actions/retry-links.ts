/** Which task repeats which, both ways, kept over a restart in a file of one line a link. */
import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../../errors.ts'
import type { Log } from '../../runtime/log.ts'
import type { RetryLinks } from '../contracts.ts'

export interface RetryLinkStore extends RetryLinks {
  load(): Promise<void>
  /** Never rejects: a full disk must not keep a person from retrying. */
  add(original: string, repeat: string): Promise<void>
}

/** The oldest links go first. */
const KEPT = 20_000

export function createRetryLinks(options: { readonly dataDir: string | null; readonly log: Log }): RetryLinkStore {
  const { dataDir, log } = options
  const file = dataDir === null ? null : join(dataDir, 'retries.jsonl')
  const originals = new Map<string, string>()
  const repeats = new Map<string, readonly string[]>()

  function remember(original: string, repeat: string): void {
    originals.set(repeat, original)
    repeats.set(original, [...(repeats.get(original) ?? []), repeat])
    if (originals.size <= KEPT) return
    const [oldest] = originals.keys()
    if (oldest === undefined) return
    const of = originals.get(oldest) ?? ''
    originals.delete(oldest)
    const left = (repeats.get(of) ?? []).filter((id) => id !== oldest)
    if (left.length === 0) repeats.delete(of)
    else repeats.set(of, left)
  }

  return {
    retryOf: (id) => originals.get(id) ?? null,
    retriedAs: (id) => repeats.get(id) ?? [],
    async load() {
      const text = file === null ? '' : await readFile(file, 'utf8').catch(() => '')
      for (const line of text.split('\n')) {
        const link = readLink(line)
        if (link !== null) remember(link[0], link[1])
      }
    },
    async add(original, repeat) {
      remember(original, repeat)
      if (file === null || dataDir === null) return
      try {
        await mkdir(dataDir, { recursive: true, mode: 0o700 })
        await appendFile(file, `${JSON.stringify([original, repeat])}\n`, { mode: 0o600 })
      } catch (error) {
        log.error('a retry cannot be noted for after a restart', { file, reason: messageOf(error) })
      }
    },
  }
}

/** A crash may leave half a line at the end; it is passed over. */
function readLink(line: string): readonly [string, string] | null {
  try {
    const link: unknown = JSON.parse(line)
    return Array.isArray(link) && typeof link[0] === 'string' && typeof link[1] === 'string' ? [link[0], link[1]] : null
  } catch {
    return null
  }
}
