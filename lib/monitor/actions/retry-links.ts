/** Which task repeats which, both ways, kept over a restart in a file of one line a link. */
import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../../errors.ts'
import type { Log } from '../../runtime/log.ts'
import type { RetryLinks } from '../contracts.ts'

export interface RetryLinkStore extends RetryLinks {
  load(): Promise<void>
  /** Never rejects: a full disk must not keep a person from retrying. */
  add(original: string, repeat: string): Promise<void>
}

const MAX_LINKS = 20_000

export interface RetryLinksOptions {
  /** Null = nothing survives a restart. */
  readonly dataDir: string | null
  readonly log: Log
  /** Above this the oldest links are forgotten. */
  readonly maxLinks?: number
}

export function createRetryLinks(options: RetryLinksOptions): RetryLinkStore {
  const { dataDir, log, maxLinks = MAX_LINKS } = options
  const file = dataDir === null ? null : join(dataDir, 'retries.jsonl')
  const originals = new Map<string, string>()
  const repeats = new Map<string, readonly string[]>()

  function remember(original: string, repeat: string): void {
    originals.set(repeat, original)
    repeats.set(original, [...(repeats.get(original) ?? []), repeat])
    if (originals.size <= maxLinks) return
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
      if (file === null) return
      const text = await readFile(file, 'utf8').catch(() => '')
      for (const line of text.split('\n')) {
        const link = readLink(line)
        if (link !== null) remember(link[0], link[1])
      }
      const kept = [...originals].map(([repeat, original]) => lineOf(original, repeat)).join('')
      // Written anew without half a line, to which the next one would be added, and without what was forgotten.
      if (text !== kept) await replace(file, kept)
    },
    async add(original, repeat) {
      remember(original, repeat)
      if (file === null || dataDir === null) return
      try {
        await mkdir(dataDir, { recursive: true, mode: 0o700 })
        await appendFile(file, lineOf(original, repeat), { mode: 0o600 })
      } catch (error) {
        unwritten(file, error)
      }
    },
  }

  async function replace(path: string, text: string): Promise<void> {
    try {
      await writeFile(`${path}.new`, text, { mode: 0o600 })
      await rename(`${path}.new`, path)
    } catch (error) {
      unwritten(path, error)
    }
  }

  function unwritten(path: string, error: unknown): void {
    log.error('a retry cannot be noted for after a restart', { file: path, reason: messageOf(error) })
  }
}

function lineOf(original: string, repeat: string): string {
  return `${JSON.stringify([original, repeat])}\n`
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
