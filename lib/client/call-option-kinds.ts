/** The options of one call, as they are checked when it is made. */
import { nearestWord } from '../errors/nearest-word.ts'
import type { CallOptions } from './call-options.ts'
import * as kinds from './option-kinds.ts'
import { checkOptions, type OptionKind, type OptionKinds, orNone } from './option-kinds.ts'
import type { RetryCall } from './task-context.ts'

const CALL_OPTIONS = {
  countdown: orNone(kinds.NUMBER),
  eta: orNone(kinds.MOMENT),
  expires: orNone(kinds.SECONDS_OR_MOMENT),
  queue: orNone(kinds.TEXT),
  // '' is the default exchange.
  exchange: orNone(kinds.ANY_TEXT),
  exchangeType: orNone(kinds.EXCHANGE_TYPE),
  routingKey: orNone(kinds.ANY_TEXT),
  priority: orNone(kinds.PRIORITY),
  deliveryMode: orNone(kinds.DELIVERY_MODE),
  taskId: orNone(kinds.TEXT),
  serializer: orNone(kinds.SERIALIZER),
  compression: orNone(kinds.COMPRESSION),
  timeLimit: orNone(kinds.SECONDS),
  softTimeLimit: orNone(kinds.SECONDS),
  ignoreResult: orNone(kinds.FLAG),
  link: orNone(kinds.SIGNATURES),
  linkError: orNone(kinds.SIGNATURES),
  chain: orNone(kinds.SIGNATURES),
  chord: orNone(kinds.SIGNATURE),
  headers: orNone(kinds.RECORD),
  stampedHeaders: orNone(kinds.TEXTS),
  stamps: orNone(kinds.RECORD),
  shadow: orNone(kinds.ANY_TEXT),
  replyTo: orNone(kinds.ANY_TEXT),
  rootId: orNone(kinds.TEXT),
  parentId: orNone(kinds.TEXT),
  groupId: orNone(kinds.TEXT),
  groupIndex: orNone(kinds.COUNT),
  retries: orNone(kinds.COUNT),
  replacedTaskNesting: orNone(kinds.COUNT),
  argsrepr: orNone(kinds.ANY_TEXT),
  kwargsrepr: orNone(kinds.ANY_TEXT),
  origin: orNone(kinds.TEXT),
  addToParent: orNone(kinds.FLAG),
  routeName: orNone(kinds.TEXT),
  retry: orNone(kinds.FLAG),
  retryPolicy: orNone(kinds.RECORD),
  properties: orNone(kinds.RECORD),
} satisfies Record<keyof CallOptions, OptionKind>

const RETRY_POLICY = {
  maxRetries: orNone(kinds.COUNT),
  intervalStart: kinds.SECONDS,
  intervalStep: kinds.SECONDS,
  intervalMax: kinds.SECONDS,
} satisfies Record<keyof NonNullable<CallOptions['retryPolicy']>, OptionKind>

const RETRY_OPTIONS = {
  exc: { expected: 'an error', takes: () => true },
  countdown: kinds.FINITE,
  eta: kinds.DATE,
  maxRetries: CALL_OPTIONS.retries,
  throw: kinds.FLAG,
  args: { expected: 'a list', takes: (value: unknown) => Array.isArray(value) },
  kwargs: kinds.RECORD,
  queue: CALL_OPTIONS.queue,
  exchange: CALL_OPTIONS.exchange,
  routingKey: CALL_OPTIONS.routingKey,
  priority: CALL_OPTIONS.priority,
  serializer: CALL_OPTIONS.serializer,
  compression: CALL_OPTIONS.compression,
  timeLimit: CALL_OPTIONS.timeLimit,
  softTimeLimit: CALL_OPTIONS.softTimeLimit,
  expires: kinds.SECONDS_OR_DATE,
  headers: CALL_OPTIONS.headers,
  shadow: CALL_OPTIONS.shadow,
  ignoreResult: CALL_OPTIONS.ignoreResult,
} satisfies Record<keyof RetryCall, OptionKind>

/** What `self.retry` is given. Throws as `checkCallOptions`. */
export function checkRetryCall(task: string, call: RetryCall): void {
  checkOptions(`the retry of ${task}`, call, RETRY_OPTIONS)
}

/** For settings, whose own sentence this becomes a part of: what was expected; null when all of them can be. */
export function faultOfCallOptions(options: CallOptions): string | null {
  const known: OptionKinds = CALL_OPTIONS
  for (const [name, value] of Object.entries(options)) {
    const kind = Object.hasOwn(known, name) ? known[name] : undefined
    const nearest = kind === undefined ? nearestWord(name, Object.keys(known)) : null
    if (kind === undefined) return `${nearest ?? 'an option of calls'} instead of ${name}`
    if (value !== undefined && !kind.takes(value)) return `${kind.expected} as ${name}`
  }
  return null
}

/** Throws option/unknown or option/invalid. `task`: the name of what is called. */
export function checkCallOptions(task: string, options: CallOptions): void {
  for (const _ in options) {
    const whose = `the call of ${task}`
    checkOptions(whose, options, CALL_OPTIONS)
    if (options.retryPolicy != null) checkOptions(`retryPolicy in ${whose}`, options.retryPolicy, RETRY_POLICY)
    return
  }
}
