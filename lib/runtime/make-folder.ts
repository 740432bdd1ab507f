import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * The folder, and those it is in, where they are missing, with these rights (all, but for the umask). Throws what the
 * disk says. Not by Node's own `recursive`, which tries for ever where a folder says that it is not there and cannot be
 * made (below /proc).
 */
export async function makeFolder(path: string, mode = 0o777): Promise<void> {
  if ((await tryToMake(path, mode)) === 'made') return
  await makeFolder(dirname(path), mode)
  await mkdir(path, mode).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error
  })
}

async function tryToMake(path: string, mode: number): Promise<'made' | 'not-yet'> {
  try {
    await mkdir(path, mode)
    return 'made'
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return 'made'
    if (codeOf(error) === 'ENOENT' && dirname(path) !== path) return 'not-yet'
    throw error
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null
}
