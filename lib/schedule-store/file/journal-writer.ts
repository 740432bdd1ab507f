/** Who writes lines into a journal, so that others can tell whether it still may. */
import { randomUUID } from 'node:crypto'
import { isAlive } from './file-lock.ts'

/** Those of this process: after a restart in a container the next one has the same number. */
const here = new Set<string>()

export interface JournalWriter {
  /** The number of the process, and what is its alone. */
  readonly name: string
  end(): void
}

export function createJournalWriter(): JournalWriter {
  const name = `${process.pid}-${randomUUID().slice(0, 8)}`
  here.add(name)
  return { name, end: () => here.delete(name) }
}

export function isWriting(name: string): boolean {
  const pid = Number.parseInt(name, 10)
  return pid === process.pid ? here.has(name) : isAlive(pid)
}
