import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where the project keeps what it installs outside the repository (lib/testing/cache-dir.ts says the same). */
export function cacheFolder() {
  return process.env.UMBEL_CACHE_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'umbel')
}
