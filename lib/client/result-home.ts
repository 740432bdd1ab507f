/** What results need of the app that they belong to. */
import type { ResultStore } from '../results/results.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Replies, RevokeOptions } from './control/control.ts'
import type { ResultNode } from './result-nodes.ts'

/** Where results are, and by which clock to wait for them. */
export interface Source {
  readonly store: ResultStore
  readonly clock: Clock
  /** Called when the program closes the connection: who waits then waits for nothing. */
  readonly onClose?: Set<() => void>
}

export type StampedHeaders = Readonly<Record<string, string | readonly string[]>>

export interface ResultHome {
  /** Throws option/invalid without a result backend, and the errors of connecting. */
  resultSource(): Promise<Source>
  /** A result of Celery's tuple; null for what is none. */
  resultFromTuple(tuple: unknown): ResultNode | null
  readonly compiled: { readonly resultExpiresMs: number | null }
  readonly control: {
    revoke(ids: string | readonly string[], options?: RevokeOptions): Promise<Replies>
    revokeByStampedHeaders(headers: StampedHeaders, options?: RevokeOptions): Promise<Replies>
  }
}

export interface RevokeResultOptions {
  /** Also end it where it runs. */
  readonly terminate?: boolean
  /** What its process gets: `SIGTERM`, `KILL`. */
  readonly signal?: string
  /** Wait for the workers' answers, `timeout` seconds long. */
  readonly wait?: boolean
  readonly timeout?: number
}

export function revokeOptionsOf({ wait = false, ...rest }: RevokeResultOptions): RevokeOptions {
  return { ...rest, reply: wait }
}
