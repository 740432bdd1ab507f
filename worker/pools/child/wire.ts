/**
 * What a pool and its children say to each other: one line of JSON a message, an array that begins with its kind.
 * Values travel in kombu's typed JSON, so that dates, bytes and big numbers arrive as they were sent.
 */
import { decodeExtended, encodeExtended } from '../../../lib/protocol/extended-json.ts'
import { formatJson, parseJson } from '../../../lib/protocol/json.ts'
import type { RunEnd } from '../../hooks.ts'
import type { HowItEnded } from '../../outcome.ts'
import type { RetryPlan } from '../../request.ts'
import type { TaskRun } from '../../task-run.ts'

export interface Boot {
  readonly appPath: string
  /** Settings that were given after the file was loaded, or may have been. */
  readonly conf: Readonly<Record<string, unknown>>
  readonly hostname: string
  /** Report the memory in use after each job. */
  readonly watchesMemory: boolean
}

/** From the pool. `job` counts up in one pool; a child has at most one. */
export type ToChild =
  | readonly ['boot', Boot]
  | readonly ['job', job: number, raw: string, softLimitMs: number | null]
  | readonly ['soft', job: number]
  | readonly ['hooks', job: number, end: RunEnd | null]
  /** The answer to a question; `error` null = done. */
  | readonly ['answer', question: number, error: string | null]
  | readonly ['exit']

/** From a child. */
export type FromChild =
  | readonly ['ready']
  | readonly ['failed', reason: string]
  | readonly ['end', job: number, ended: HowItEnded, facts: EndFacts]
  /** The handlers are done. */
  | readonly ['hooked', job: number]
  | readonly ['state', question: number, job: number, id: string, state: string, meta: unknown]
  | readonly ['retry', question: number, job: number, plan: RetryPlan]
  | readonly ['event', job: number, type: string, fields: Readonly<Record<string, unknown>>]
  | readonly ['log', level: 'warning' | 'error', line: string]

export interface EndFacts {
  /** What the body has sent. */
  readonly children?: TaskRun['children']
  /** Handlers wait for `hooks`. */
  readonly hooked?: boolean
  readonly memoryKb?: number
  /** Something is left over in the child, which should not meet the next task. */
  readonly spent?: boolean
}

/** Throws message/invalid for what has no JSON form. Holds no line break. */
export function writeLine(message: ToChild | FromChild): string {
  return formatJson(encodeExtended(message))
}

/** The other end is of the same program and version: its messages have the types that are written above. */
export function readLine<T extends ToChild | FromChild>(line: string): T {
  const message = parseJson(line)
  return (line.includes('"__type__"') ? decodeExtended(message) : message) as T
}
