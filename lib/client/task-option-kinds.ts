/** The options of `app.task()`, as they are checked when a task is declared. */
import * as kinds from './option-kinds.ts'
import { type OptionKind, orNone } from './option-kinds.ts'
import type { TaskOptions } from './task-options.ts'

const PARAMS: OptionKind = {
  expected: 'a list of names, or a zod object or tuple',
  takes: (value) => Array.isArray(value) || isSchema(value),
}
const SCHEMA: OptionKind = { expected: 'a zod object or tuple', takes: isSchema }

/** Null is Celery's None: what the settings say. */
export const TASK_OPTIONS = {
  bind: kinds.FLAG,
  params: PARAMS,
  schema: SCHEMA,
  defaults: kinds.RECORD,
  typing: kinds.FLAG,
  maxRetries: orNone(kinds.COUNT),
  defaultRetryDelay: kinds.SECONDS,
  autoretryFor: kinds.ERRORS,
  dontAutoretryFor: kinds.ERRORS,
  retryKwargs: kinds.RECORD,
  retryBackoff: kinds.FLAG_OR_SECONDS,
  retryBackoffMax: kinds.SECONDS,
  retryJitter: kinds.FLAG,
  acksLate: orNone(kinds.FLAG),
  acksOnFailureOrTimeout: orNone(kinds.FLAG),
  acksOnFailure: orNone(kinds.FLAG),
  acksOnTimeout: orNone(kinds.FLAG),
  rejectOnWorkerLost: orNone(kinds.FLAG),
  retryOnWorkerLost: orNone(kinds.FLAG),
  ignoreResult: orNone(kinds.FLAG),
  storeErrorsEvenIfIgnored: orNone(kinds.FLAG),
  trackStarted: orNone(kinds.FLAG),
  sendEvents: kinds.FLAG,
  trail: kinds.FLAG,
  rateLimit: orNone(kinds.RATE),
  timeLimit: orNone(kinds.SECONDS),
  softTimeLimit: orNone(kinds.SECONDS),
  expires: orNone(kinds.SECONDS_OR_MOMENT),
  queue: orNone(kinds.TEXT),
  routingKey: orNone(kinds.TEXT),
  exchange: orNone(kinds.TEXT),
  priority: orNone(kinds.PRIORITY),
  deliveryMode: orNone(kinds.DELIVERY_MODE),
  serializer: orNone(kinds.SERIALIZER),
  compression: orNone(kinds.COMPRESSION),
  throws: kinds.ERRORS,
  resultreprMaxsize: kinds.COUNT,
  shadowName: kinds.FUNCTION,
  beforeStart: kinds.FUNCTION,
  onSuccess: kinds.FUNCTION,
  onFailure: kinds.FUNCTION,
  onRetry: kinds.FUNCTION,
  afterReturn: kinds.FUNCTION,
  onReplace: kinds.FUNCTION,
} satisfies Record<keyof TaskOptions, OptionKind>

function isSchema(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'safeParse' in value
}
