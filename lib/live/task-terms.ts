/** The fields and terms of the task search, as data. The language is described in task-query.ts. */
import { nearestWord } from '../errors/nearest-word.ts'

/** Fields whose value is compared with the whole text, save for `*`. */
export const WHOLE_FIELDS = ['state', 'name', 'queue', 'worker', 'id', 'root', 'parent', 'client'] as const
/** Fields that are searched for the text anywhere in them. */
export const PART_FIELDS = ['error', 'result', 'arg', 'args', 'kwargs'] as const
/** Fields compared by size: the first three in milliseconds. */
export const NUMBER_FIELDS = ['run', 'wait', 'age', 'retries'] as const
/** Fields whose value is a moment. */
export const TIME_FIELDS = ['since'] as const
/** Flower's own (flower.md 1.5). */
export const FLOWER_FIELDS = ['name', 'state', 'worker', 'args', 'kwargs', 'result'] as const

export type TextField = (typeof WHOLE_FIELDS)[number] | (typeof PART_FIELDS)[number]
export type NumberField = (typeof NUMBER_FIELDS)[number]
export type TimeField = (typeof TIME_FIELDS)[number]
export type FlowerField = (typeof FLOWER_FIELDS)[number]
export type TaskField = TextField | NumberField | TimeField
export const TASK_FIELDS: readonly TaskField[] = [...WHOLE_FIELDS, ...PART_FIELDS, ...NUMBER_FIELDS, ...TIME_FIELDS]

/** Other names for the fields: Flower's, Celery's and what people type. */
const OTHER_NAMES: ReadonlyMap<string, TaskField> = new Map([
  ['task', 'name'],
  ['status', 'state'],
  ['uuid', 'id'],
  ['exception', 'error'],
  ['runtime', 'run'],
  ['retry', 'retries'],
  ['hostname', 'worker'],
])

export type Comparison = '=' | '<' | '<=' | '>' | '>='

interface Placed {
  /** Where in the text the term stands: `[start, end)`. */
  readonly start: number
  readonly end: number
  readonly negated: boolean
}

export interface TextTerm extends Placed {
  readonly kind: 'text'
  readonly field: TextField
  /** At least one; as typed, without quotes. States are not translated yet. */
  readonly values: readonly string[]
}

/** A value inside the arguments: `args.0:42`, `kwargs.user.id:42`. */
export interface PathTerm extends Placed {
  readonly kind: 'path'
  readonly field: 'args' | 'kwargs'
  readonly path: readonly string[]
  readonly values: readonly string[]
}

export interface NumberTerm extends Placed {
  readonly kind: 'number'
  readonly field: NumberField
  readonly comparison: Comparison
  /** Milliseconds; a count for `retries`. */
  readonly value: number
  /** As typed, for the chip: `>2s`. */
  readonly text: string
}

/** Plain text, looked for in every field. */
export interface WordTerm extends Placed {
  readonly kind: 'word'
  readonly text: string
}

/** First seen (received, else sent) then or later. */
export interface TimeTerm extends Placed {
  readonly kind: 'time'
  readonly field: TimeField
  /** Milliseconds: before now, or since 1970. */
  readonly at: { readonly agoMs: number } | { readonly ms: number }
  /** As typed: `2h`, `2026-11-21T08:00`. */
  readonly text: string
}

/**
 * A word of Flower's language, with Flower's meaning: text anywhere in the field, in any field with null; a state as a
 * whole; a pair of kwargs.
 */
export interface FlowerTerm extends Placed {
  readonly kind: 'flower'
  readonly field: FlowerField | null
  readonly value: string
}

export type TaskTerm = TextTerm | PathTerm | NumberTerm | WordTerm | TimeTerm | FlowerTerm

/** A part of the text that was not understood. */
export interface QueryFault {
  readonly start: number
  readonly end: number
  readonly problem: string
}

/** The words people see, and Celery's names for them (ux.md 5). A word that is not here is a state of its own. */
export const STATE_WORDS: Readonly<Record<string, string>> = {
  waiting: 'PENDING',
  pending: 'PENDING',
  sent: 'PENDING',
  scheduled: 'SCHEDULED',
  received: 'RECEIVED',
  running: 'STARTED',
  started: 'STARTED',
  retrying: 'RETRY',
  retry: 'RETRY',
  retried: 'RETRY',
  succeeded: 'SUCCESS',
  success: 'SUCCESS',
  failed: 'FAILURE',
  failure: 'FAILURE',
  revoked: 'REVOKED',
  rejected: 'REJECTED',
  lost: 'LOST',
}

/** Celery's name for a state in any spelling; `SCHEDULED` stands for a received task that waits for its ETA. */
export function stateOfWord(word: string): string {
  const known = word.toLowerCase()
  return (Object.hasOwn(STATE_WORDS, known) ? STATE_WORDS[known] : undefined) ?? word.toUpperCase()
}

/** The field somebody named, by any of its names. */
export function fieldOf(name: string): TaskField | undefined {
  const wanted = name.toLowerCase()
  return TASK_FIELDS.find((field) => field === wanted) ?? OTHER_NAMES.get(wanted)
}

export function nearestField(name: string): TaskField | null {
  const near = nearestWord(name, [...TASK_FIELDS, ...OTHER_NAMES.keys()])
  return near === null ? null : (fieldOf(near) ?? null)
}
