import { isProblem, isUmbelError, type ProblemCode, UmbelError } from '../../errors.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import { empty, JSON_TYPE, json, type Reply, TEXT_TYPE } from '../reply.ts'
import type { Family } from '../route.ts'
import { STATUS } from './status.ts'

/** What somebody is told when it went wrong: in the words of the family of routes, never with a stack trace. */
export function problemReply(family: Family, error: UmbelError): Reply {
  const status = STATUS[error.code]
  const headers = headersOf(error)
  if (family === 'own') {
    const body = { error: { code: error.code, message: error.message, facts: error.facts } }
    return { status, type: JSON_TYPE, body: JSON.stringify(body), headers }
  }
  if (error.code === 'request/not-found') return { ...json({ error: error.message }, status), headers }
  if (family === 'page' && isProblem(error, 'request/unauthenticated')) return askForPassword()
  if (WITHOUT_WORDS.has(error.code)) {
    // Flower's API names no way to log in; what is open to all but for a password of its own does.
    const asking: Readonly<Record<string, string>> =
      family === 'open' && status === 401 ? { 'WWW-Authenticate': 'Basic realm="flower"' } : {}
    return { ...empty(status, { ...headers, ...asking }), type: 'text/html; charset=UTF-8' }
  }
  return { status, type: TEXT_TYPE, body: flowerWords(error), headers }
}

/** How a page asks a browser for name and password (flower.md 5.1). */
export function askForPassword(): Reply {
  const headers = { 'WWW-Authenticate': 'Basic realm="flower"' }
  return { status: 401, type: 'text/html; charset=UTF-8', body: 'Access denied', headers }
}

/** Flower answers these without a body (flower.md 2.1). */
const WITHOUT_WORDS: ReadonlySet<ProblemCode> = new Set(['request/unauthenticated', 'request/method', 'internal'])

/** Any thrown thing as a problem of ours. What is not one is a bug: it is logged, and nobody outside sees it. */
export function asProblem(error: unknown, runtime: Runtime, where: string, requestId?: string): UmbelError {
  if (isUmbelError(error)) return error
  const stack = error instanceof Error ? error.stack : undefined
  const which = requestId === undefined ? {} : { requestId }
  runtime.log.error('A request failed', { where, reason: String(error), ...which })
  if (stack !== undefined) runtime.log.debug('Stack of the failed request', { stack, ...which })
  return new UmbelError('internal', { reason: 'see the log' }, error)
}

/** Where Flower has its own sentence for the same thing. */
function flowerWords(error: UmbelError): string {
  if (isProblem(error, 'broker/unreachable') || isProblem(error, 'broker/closed')) {
    return 'Broker or result backend unavailable'
  }
  return error.message
}

function headersOf(error: UmbelError): Readonly<Record<string, string>> {
  if (isProblem(error, 'request/too-many')) return { 'Retry-After': String(error.facts.retryAfterSeconds) }
  if (isProblem(error, 'request/method')) return { Allow: error.facts.allowed.join(', ') }
  return STATUS[error.code] === 503 ? { 'Retry-After': '5' } : {}
}
