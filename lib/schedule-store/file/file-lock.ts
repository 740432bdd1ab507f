/** One program at a time changes a file: a second file that only one can create, with the number of its process. */
import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import type { Clock } from '../../runtime/clock.ts'

/** Longer than any change takes; the lock of a program that hangs is then taken over. */
const STALE_MS = 30_000
const LOOK_EVERY_MS = 20

/** Runs `work` while no other program does. Throws what creating the file throws (a folder that cannot be written). */
export async function withFileLock<T>(path: string, clock: Clock, work: () => Promise<T>): Promise<T> {
  const startMs = clock.monotonicMs()
  while (!(await take(path))) {
    if (clock.monotonicMs() - startMs > STALE_MS || (await isAbandoned(path, clock.nowMs()))) {
      await rm(path, { force: true })
    } else await clock.sleep(LOOK_EVERY_MS)
  }
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await writeFile(path, `${process.pid}\n`, { flag: 'wx' })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

async function isAbandoned(path: string, nowMs: number): Promise<boolean> {
  try {
    const pid = Number(await readFile(path, 'utf8'))
    if (nowMs - (await stat(path)).mtimeMs > STALE_MS) return true
    // An empty file: it was created and is yet to be filled.
    return pid > 0 && pid !== process.pid && !isAlive(pid)
  } catch {
    return false // it was given back meanwhile
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
