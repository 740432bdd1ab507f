/** One child of a pool, as the pool sees it: a process or a thread. */
import { constants } from 'node:os'

export interface Child {
  /** The process that bodies run in. */
  readonly pid: number
  /** Puts a line on its way; nothing happens once it has ended. */
  send(line: string): void
  /** Sends a signal, or ends it where there are no signals. */
  kill(signum: number): void
  /** Lets go of it, so that it ends when it has nothing to do. */
  disconnect(): void
}

export interface ChildListeners {
  readonly onLine: (line: string) => void
  /** Called once. `signal` null = it ended by itself with `code`. */
  readonly onExit: (code: number | null, signal: string | null) => void
}

export type StartChild = (listeners: ChildListeners) => Child

/** The file that children run: beside this one in a checkout, in `dist` of the built program. */
export function entryOf(source: string, built: string): URL {
  return new URL(import.meta.url.endsWith('.ts') ? source : built, import.meta.url)
}

/** Celery's words for the end of a child; `job` null = it had none. */
export function lostText(code: number | null, signal: string | null, job: number | null): string {
  const ofJob = job === null ? '.' : ` Job: ${job}.`
  if (signal === null) return `Worker exited prematurely: exitcode ${code ?? 0}.`
  const number = Object.entries(constants.signals).find(([name]) => name === signal)?.[1]
  return `Worker exited prematurely: ${number === undefined ? signal : `signal ${number} (${signal})`}${ofJob}`
}
