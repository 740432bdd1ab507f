/** A log file that is begun anew when it is full: `name`, `name.1` (the newest before it), `name.2`, … */
import { closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { messageOf, UmbelError } from '../../lib/errors.ts'

export interface LogFileOptions {
  readonly path: string
  /** 0: it may grow for ever. */
  readonly maxBytes: number
  readonly backups: number
}

export interface LogFile {
  write(line: string): void
  /** For logrotate: goes on in a new file of that name. */
  reopen(): void
  close(): void
}

/**
 * Written at once, a line a call: lines are few, and the last ones before an end are the ones that matter. Throws
 * `config/unreadable` when it cannot be opened; later a line that cannot be written (a full disk) is lost.
 */
export function openLogFile({ path, maxBytes, backups }: LogFileOptions): LogFile {
  const open = () => openSync(path, 'a', 0o640)
  let fd: number
  try {
    fd = open()
  } catch (error) {
    throw new UmbelError(
      'config/unreadable',
      { file: path, reason: `it cannot be written: ${messageOf(error)}` },
      error,
    )
  }
  let bytes = fstatSync(fd).size

  function reopen(): void {
    closeSync(fd)
    fd = open()
    bytes = fstatSync(fd).size
  }

  function rotate(): void {
    if (backups === 0) rmSync(path, { force: true })
    for (let n = backups - 1; n >= 0; n -= 1) {
      try {
        renameSync(n === 0 ? path : `${path}.${n}`, `${path}.${n + 1}`)
      } catch {
        // there is none of that number yet
      }
    }
    reopen()
  }

  return {
    write(line) {
      try {
        const length = Buffer.byteLength(line)
        if (maxBytes > 0 && bytes > 0 && bytes + length > maxBytes) rotate()
        bytes += writeSync(fd, line)
      } catch {
        // nobody is left to be told
      }
    },
    reopen() {
      try {
        reopen()
      } catch {
        // the folder is gone: the next line tries again
      }
    },
    close: () => closeSync(fd),
  }
}
