import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * The folder, and those it is in, where they are missing. Throws what the disk says. Not by Node's own `recursive`,
 * which tries for ever where a folder says that it is not there and cannot be made (below /proc).
 */
export async function makeFolder(path: string): Promise<void> {
  if ((await tryToMake(path)) === 'made') return
  await makeFolder(dirname(path))
  await mkdir(path).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error
  })
}

async function tryToMake(path: string): Promise<'made' | 'not-yet'> {
  try {
    await mkdir(path)
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
