/** Anything that was thrown, in the forms in which results, events and logs need it. */
import { type EncodedException, encodeException, exceptionText } from '../lib/protocol/exception-info.ts'
import type { Failure } from './request.ts'

/** Celery's own bound for the text of a result; a traceback of megabytes would travel in every event. */
const MAX_TRACEBACK = 16_384

export function failureOf(thrown: unknown): Failure {
  const exception = encodeException(thrown)
  return { exception, repr: reprOf(exception), traceback: tracebackOf(thrown) }
}

/** `ValueError('boom')`. Python's repr of an exception names no module. */
function reprOf(exception: EncodedException): string {
  return exceptionText({ ...exception, exc_module: 'builtins' }) ?? exception.exc_type
}

function tracebackOf(thrown: unknown): string | null {
  if (!(thrown instanceof Error) || thrown.stack === undefined) return null
  return thrown.stack.length > MAX_TRACEBACK ? `${thrown.stack.slice(0, MAX_TRACEBACK)}...` : thrown.stack
}
