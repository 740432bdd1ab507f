/** An exception that another process stored (wire.md E2). */
import { isRecord } from '../protocol/record.ts'

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
