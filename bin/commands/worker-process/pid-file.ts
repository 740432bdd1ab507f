/** The file that says which process this is, and that there is one already (worker-beat.md 1.2). */
import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs'
import { resolve } from 'node:path'
import { UmbelError } from '../../../lib/errors.ts'
import { unusable } from './unusable-file.ts'

const MODE = 0o644

/** Creates it and gives back what removes it. Throws `pidfile/taken` while another process holds it. */
export function takePidFile(path: string, warn: (text: string) => void): () => void {
  const file = resolve(path)
  freeIfStale(file, warn)
  try {
    const descriptor = openSync(file, 'wx', MODE)
    writeSync(descriptor, `${process.pid}\n`)
    closeSync(descriptor)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw new UmbelError('pidfile/taken', { path, pid: holderOf(file) ?? 0 }, error)
    throw unusable('--pidfile', path, error)
  }
  const release = () => remove(file)
  process.once('exit', release)
  return () => {
    process.off('exit', release)
    release()
  }
}

/** Throws `pidfile/taken` when a process that lives holds it; removes it when that one is gone. */
export function freeIfStale(path: string, warn: (text: string) => void): void {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw unusable('--pidfile', path, error)
  }
  const pid = pidIn(text)
  if (pid !== null && pid !== process.pid && isAlive(pid)) throw new UmbelError('pidfile/taken', { path, pid })
  if (pid === null) warn('Broken pidfile found - Removing it.')
  else if (pid !== process.pid) warn('Stale pidfile exists - Removing it.')
  remove(path)
}

function holderOf(path: string): number | null {
  try {
    return pidIn(readFileSync(path, 'utf8'))
  } catch {
    return null // it went away meanwhile
  }
}

/** A whole line with a number; anything else is a file that was not written to its end. */
function pidIn(text: string): number | null {
  const found = /^\s*(\d{1,10})\s*\n/.exec(text)
  return found === null ? null : Number(found[1])
}

/** A process that we may not even ask is none of ours: its number was given away again, as Celery has it. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'EACCES') throw error
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
