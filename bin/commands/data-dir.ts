import { createHash } from 'node:crypto'
import { access, constants } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { messageOf, UmbelError } from '../../lib/errors.ts'
import type { Log } from '../../lib/runtime/log.ts'
import { makeFolder } from '../../lib/runtime/make-folder.ts'
import type { DashboardOptions } from '../options/dashboard-options.ts'

/**
 * The folder in which alerts survive a restart. One that was asked for must be usable (`config/unwritable`); without
 * the default one Umbel runs on, and says what that costs. Null: nothing survives.
 */
export async function openDataDir(options: DashboardOptions, log: Log): Promise<string | null> {
  const dir = options.data_dir ?? defaultDataDir(options.broker)
  try {
    await makeFolder(dir, 0o700)
    await access(dir, constants.R_OK | constants.W_OK)
    return dir
  } catch (error) {
    const reason = messageOf(error)
    if (options.data_dir !== null) throw new UmbelError('config/unwritable', { file: dir, reason }, error)
    log.warning('Alerts will not survive a restart; set --data-dir', { dir, reason })
    return null
  }
}

/** One for each broker: two dashboards must not tell each other's alerts. The name holds no secret. */
function defaultDataDir(broker: string): string {
  const state = process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state')
  return join(state, 'umbel', createHash('sha256').update(broker).digest('hex').slice(0, 16))
}
