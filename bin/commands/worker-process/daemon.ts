/** What makes a program a daemon: going on in the background, as another user, with other permissions. */
import { spawn } from 'node:child_process'
import { accessSync, closeSync, constants, openSync } from 'node:fs'
import { messageOf, UmbelError } from '../../../lib/errors.ts'

export interface DaemonOptions {
  readonly logfile: string | null
  readonly pidfile: string | null
  readonly uid: string | null
  readonly gid: string | null
  readonly umask: number | null
  readonly executable: string | null
}

/**
 * Starts this program again without the option that asked for it, on no terminal. `argv` are the words of the command.
 * Throws option/invalid for an executable that is none.
 */
export function detach(command: string, argv: readonly string[], { executable, logfile }: DaemonOptions): void {
  mustRun(executable)
  const rest = argv.filter((word) => word !== '-D' && word !== '--detach')
  const output = logfile === null ? 'ignore' : openSync(logfile, 'a')
  const script = process.argv[1] ?? ''
  const child = spawn(executable ?? process.execPath, [...process.execArgv, script, command, ...rest], {
    detached: true,
    stdio: ['ignore', output, output],
    env: { ...process.env, CELERY_WORKER_DETACH: '', CELERY_BEAT_DETACH: '', UMBEL_DETACH: '' },
  })
  child.unref()
  if (typeof output === 'number') closeSync(output)
}

/** What goes on in the background could tell nobody that it does not. */
function mustRun(executable: string | null): void {
  if (executable === null || !executable.includes('/')) return
  try {
    accessSync(executable, constants.X_OK)
  } catch (error) {
    const expected = 'a Node that can be run'
    throw new UmbelError('option/invalid', { option: '--executable', value: executable, expected }, error)
  }
}

/** Throws option/invalid when this user may not become that one. */
export function dropPrivileges({ uid, gid, umask }: DaemonOptions): void {
  if (umask !== null) process.umask(umask)
  become('--gid', gid, () => process.setgid?.(idOf(gid ?? '')))
  become('--uid', uid, () => {
    // Those of root must not come along.
    if (process.getuid?.() === 0) process.setgroups?.(gid === null ? [] : [idOf(gid)])
    process.setuid?.(idOf(uid ?? ''))
  })
}

function become(option: string, value: string | null, work: () => void): void {
  if (value === null) return
  try {
    work()
  } catch (error) {
    throw new UmbelError(
      'option/invalid',
      { option, value, expected: `one that may be taken: ${messageOf(error)}` },
      error,
    )
  }
}

function idOf(text: string): string | number {
  return /^\d+$/.test(text) ? Number(text) : text
}
