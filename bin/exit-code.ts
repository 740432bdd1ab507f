import { isUmbelError, type ProblemCode } from '../lib/errors.ts'

/**
 * 2: what was asked for is wrong. 3: the machine or the network says no. Anything else ends with 1. The numbers above
 * are Celery's (client-cli.md B1): 69 nobody answers, 73 a pidfile is held.
 */
const EXIT_CODES: Readonly<Partial<Record<ProblemCode, number>>> = {
  'option/unknown': 2,
  'option/invalid': 2,
  'settings/invalid': 2,
  'settings/mixed': 2,
  'queue/not-declared': 2,
  'config/invalid': 2,
  'config/unreadable': 2,
  'config/unwritable': 2,
  'broker/bad-url': 2,
  'result/bad-url': 2,
  'schedule/unknown': 2,
  'schedule/exists': 2,
  'schedule/bad-url': 2,
  'schedule/invalid': 2,
  'app/cannot-load': 2,
  'command/usage': 2,
  'command/unavailable': 69,
  'pidfile/taken': 73,
  'server/port-taken': 3,
  'server/cannot-listen': 3,
  'broker/unreachable': 3,
  'schedule/unavailable': 3,
  'broker/refused': 3,
  'broker/unsupported': 3,
}

export function exitCodeOf(error: unknown): number {
  return isUmbelError(error) ? (EXIT_CODES[error.code] ?? 1) : 1
}
