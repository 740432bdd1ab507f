/** Which queues somebody paused, kept over a restart: the workers only know that they do not take from them. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { messageOf } from '../errors.ts'
import type { PausedView } from '../live/queue-views.ts'
import type { Log } from '../runtime/log.ts'

export interface PausedQueues {
  of(queue: string): PausedView | null
  /** Never rejects: a full disk must not keep a person from pausing. */
  set(queue: string, paused: PausedView): Promise<void>
  /** Never rejects. */
  end(queue: string): Promise<void>
  load(): Promise<void>
}

const MOST = 1_000
const names = z.array(z.string()).max(10_000)
const file = z.record(z.string(), z.object({ who: z.string(), sinceMs: z.number(), workers: names, silent: names }))

export function createPausedQueues(options: { readonly dataDir: string | null; readonly log: Log }): PausedQueues {
  const { dataDir, log } = options
  const paused = new Map<string, PausedView>()
  let writing: Promise<void> = Promise.resolve()

  async function write(): Promise<void> {
    if (dataDir === null) return
    const path = join(dataDir, 'paused-queues.json')
    try {
      await mkdir(dataDir, { recursive: true, mode: 0o700 })
      await writeFile(`${path}.new`, JSON.stringify(Object.fromEntries(paused)), { mode: 0o600 })
      await rename(`${path}.new`, path)
    } catch (error) {
      log.error('paused queues cannot be noted for after a restart', { file: path, reason: messageOf(error) })
    }
  }
  const save = () => {
    writing = writing.then(write)
    return writing
  }

  return {
    of: (queue) => paused.get(queue) ?? null,
    set(queue, view) {
      if (!paused.has(queue) && paused.size >= MOST) return Promise.resolve()
      paused.set(queue, view)
      return save()
    },
    end: (queue) => (paused.delete(queue) ? save() : Promise.resolve()),
    async load() {
      if (dataDir === null) return
      const path = join(dataDir, 'paused-queues.json')
      const text = await readFile(path, 'utf8').catch(() => null)
      if (text === null) return
      try {
        const read = Object.entries(file.parse(JSON.parse(text))).slice(0, MOST)
        for (const [queue, view] of read) paused.set(queue, view)
      } catch (error) {
        log.error('paused queues could not be read', { file: path, reason: messageOf(error) })
      }
    },
  }
}
