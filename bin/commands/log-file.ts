/** A log file that is begun anew when it is full, or when it is time. */
import { closeSync, fstatSync, openSync, readdirSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { messageOf, UmbelError } from '../../lib/errors.ts'
import type { LogRotation } from './log-rotation.ts'

export interface LogFileOptions {
  readonly path: string
  /** 0: it may grow for ever, as with no backups. The ones before it are `name.1` (the newest), `name.2`, … */
  readonly maxBytes: number
  /** Old files that are kept; with `rotation` 0 keeps all. */
  readonly backups: number
  /** By time instead of by size: the ones before it are `name.2026-11-21`. */
  readonly rotation?: LogRotation | null
  readonly nowMs: () => number
}

export interface LogFile {
  write(line: string): void
  /** For logrotate: goes on in a new file of that name. */
  reopen(): void
  close(): void
}

/**
 * Written at once, a line a call: lines are few, and the last ones before an end are the ones that matter. Throws
 * `config/unwritable` when it cannot be opened; later a line that cannot be written (a full disk) is lost. What is no
 * file (`/dev/stdout`, a pipe) is never moved.
 */
export function openLogFile({ path, maxBytes, backups, rotation = null, nowMs }: LogFileOptions): LogFile {
  const open = () => openSync(path, 'a', 0o640)
  let fd: number
  let sinceMs = nowMs()
  try {
    sinceMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? sinceMs
    fd = open()
  } catch (error) {
    throw new UmbelError('config/unwritable', { file: path, reason: messageOf(error) }, error)
  }
  const isFile = fstatSync(fd).isFile()
  let bytes = fstatSync(fd).size
  // One of yesterday is begun anew by the first line of today, also after a restart.
  let endMs = rotation?.next(sinceMs) ?? Number.POSITIVE_INFINITY

  function reopen(): void {
    closeSync(fd)
    fd = open()
    bytes = fstatSync(fd).size
  }

  function rotateBySize(): void {
    for (let n = backups - 1; n >= 0; n -= 1) {
      try {
        renameSync(n === 0 ? path : `${path}.${n}`, `${path}.${n + 1}`)
      } catch {
        // there is none of that number yet
      }
    }
    reopen()
  }

  function rotateByTime({ next, suffix, suffixes }: LogRotation): void {
    const ended = endMs
    endMs = next(nowMs())
    renameSync(path, `${path}.${suffix(ended)}`)
    reopen()
    if (backups === 0) return
    const prefix = `${basename(path)}.`
    const old = readdirSync(dirname(path)).filter(
      (name) => name.startsWith(prefix) && suffixes.test(name.slice(prefix.length)),
    )
    for (const name of old.sort().slice(0, -backups)) rmSync(join(dirname(path), name), { force: true })
  }

  function rotateWhereNeeded(length: number): void {
    if (!isFile) return
    if (rotation !== null) {
      if (nowMs() >= endMs) rotateByTime(rotation)
    } else if (maxBytes > 0 && backups > 0 && bytes > 0 && bytes + length > maxBytes) rotateBySize()
  }

  return {
    write(line) {
      try {
        rotateWhereNeeded(Buffer.byteLength(line))
      } catch {
        // it cannot be moved: the line goes where it can
      }
      try {
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
