/** Anything that was thrown, in the forms in which results, events and logs need it. */
import { type EncodedException, encodeException, exceptionText } from '../lib/protocol/exception-info.ts'
import type { Failure } from './request.ts'
import { tracebackOf } from './traceback.ts'

export function failureOf(thrown: unknown): Failure {
  const exception = encodeException(thrown)
  return { exception, repr: reprOf(exception), traceback: tracebackOf(thrown) }
}

/** `ValueError('boom')`. Python's repr of an exception names no module. */
function reprOf(exception: EncodedException): string {
  return exceptionText({ ...exception, exc_module: 'builtins' }) ?? exception.exc_type
}
