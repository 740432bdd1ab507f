import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where the project keeps what it installs outside the repository. */
export function cacheFolder() {
  return process.env.UMBEL_CACHE_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'umbel')
}
