import type { IncomingMessage } from 'node:http'
import { isProblem, type UmbelError } from '../../errors.ts'
import { empty, type Reply, redirect } from '../reply.ts'
import type { Family } from '../route.ts'

/**
 * What Flower does with somebody who has no session (flower.md 2.1): a GET is sent to the log-in and comes back to where
 * it was, anything else is refused. Null: this is not about sessions, or a program asks, which cannot be sent anywhere.
 */
export function askToLogIn(
  req: IncomingMessage,
  error: UmbelError,
  family: Family | 'document',
  withPrefix: (path: string) => string,
): Reply | null {
  if (!isProblem(error, 'request/unauthenticated') || error.facts.scheme !== 'login' || family === 'own') return null
  if (req.method !== 'GET' && req.method !== 'HEAD') return { ...empty(403), type: 'text/html; charset=UTF-8' }
  return redirect(`${withPrefix('/login')}?${new URLSearchParams({ next: withPrefix(req.url ?? '/') })}`)
}
