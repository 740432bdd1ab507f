/** All that the demo writes is in one folder below the cache, and goes with it. */
import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheFolder } from '../setup/cache-folder.js'

export interface DemoFolder {
  readonly path: string
  remove(): Promise<void>
}

/** Makes it, and removes those of demos that were killed before they could. */
export async function createDemoFolder(): Promise<DemoFolder> {
  const cache = cacheFolder()
  await mkdir(cache, { recursive: true })
  for (const name of await readdir(cache)) {
    const pid = /^demo-(\d+)-/.exec(name)?.[1]
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(cache, name), { recursive: true, force: true })
  }
  const path = await mkdtemp(join(cache, `demo-${process.pid}-`))
  const onExit = () => rmSync(path, { recursive: true, force: true })
  process.once('exit', onExit)
  return {
    path,
    async remove() {
      await rm(path, { recursive: true, force: true })
      process.off('exit', onExit)
    },
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Somebody else's process may be there but not be asked.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
