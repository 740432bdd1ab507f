/** Task states, and what an event makes of one (wire.md C7). */

export const PENDING = 'PENDING'
export const RECEIVED = 'RECEIVED'
export const STARTED = 'STARTED'
export const SUCCESS = 'SUCCESS'
export const FAILURE = 'FAILURE'
export const REVOKED = 'REVOKED'
export const REJECTED = 'REJECTED'
export const RETRY = 'RETRY'
export const IGNORED = 'IGNORED'

/** Nothing follows these. */
export const READY_STATES: ReadonlySet<string> = new Set([SUCCESS, FAILURE, REVOKED])
/** The result of these is an exception. */
export const EXCEPTION_STATES: ReadonlySet<string> = new Set([RETRY, FAILURE, REVOKED])
/** Waiting for one of these raises its exception. */
export const PROPAGATE_STATES: ReadonlySet<string> = new Set([FAILURE, REVOKED])

/** High to low. `null` is the place of every state that is not named here (custom ones such as PROGRESS). */
const PRECEDENCE: readonly (string | null)[] = [
  SUCCESS,
  FAILURE,
  null,
  REVOKED,
  STARTED,
  RECEIVED,
  REJECTED,
  RETRY,
  PENDING,
]

const RANKS: ReadonlyMap<string | null, number> = new Map(PRECEDENCE.map((state, rank) => [state, rank]))
const CUSTOM_RANK = PRECEDENCE.indexOf(null)

/** 0 is the strongest. A state of a higher rank number does not replace one of a lower. */
export function rankOfState(state: string): number {
  return RANKS.get(state) ?? CUSTOM_RANK
}

const EVENT_STATES: ReadonlyMap<string, string> = new Map([
  ['sent', PENDING],
  ['received', RECEIVED],
  ['started', STARTED],
  ['failed', FAILURE],
  ['retried', RETRY],
  ['succeeded', SUCCESS],
  ['revoked', REVOKED],
  ['rejected', REJECTED],
])

/** The state that a task event stands for: `task-failed` → FAILURE, `task-progress` → PROGRESS; null for others. */
export function stateOfEvent(type: string): string | null {
  if (!type.startsWith('task-')) return null
  const subject = type.slice('task-'.length)
  return EVENT_STATES.get(subject) ?? subject.toUpperCase()
}

export function isReady(state: string): boolean {
  return READY_STATES.has(state)
}
