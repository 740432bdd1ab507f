/** An exception that another process stored (wire.md E2). */

import { isRecord } from '../protocol/record.ts'
import { EXCEPTION_STATES } from '../protocol/states.ts'
import type { TaskMeta } from '../protocol/task-meta.ts'

/** `name` is the class over there: ValueError, TaskRevokedError, NotRegistered. */
export class RemoteError extends Error {
  readonly module: string | null
  readonly args: readonly unknown[]
  /** The text that the worker stored. */
  readonly traceback: string | null

  constructor(name: string, module: string | null, args: readonly unknown[], traceback: string | null) {
    super(args.map((arg) => (typeof arg === 'string' ? arg : JSON.stringify(arg))).join(', '))
    this.name = name
    this.module = module
    this.args = args
    this.traceback = traceback
  }
}

export function toError(stored: unknown, traceback: string | null): RemoteError {
  if (!isRecord(stored)) return new RemoteError('Exception', null, [stored], traceback)
  const { exc_type: type, exc_message: message, exc_module: module } = stored
  const args = Array.isArray(message) ? message : [message]
  return new RemoteError(
    typeof type === 'string' ? type : 'Exception',
    typeof module === 'string' ? module : null,
    args,
    traceback,
  )
}

/** What a stored state holds: a value, the user's own words of progress, or an error made of what was stored. */
export function storedValue({ status, result, traceback }: TaskMeta): unknown {
  return EXCEPTION_STATES.has(status) ? toError(result, traceback) : result
}
