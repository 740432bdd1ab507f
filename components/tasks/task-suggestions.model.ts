/** What the search box offers for the word the caret stands in. Pure. */
import { TASK_FIELDS, type TaskField } from '../../lib/live/task-query.ts'

export interface Suggestion {
  /** The word as it would stand in the text: `queue:high`, or `queue:` for a field. */
  readonly insert: string
  readonly help: string
  /** True: the term is whole after it. */
  readonly complete: boolean
}

export interface KnownValues {
  readonly names: readonly string[]
  readonly queues: readonly string[]
  readonly workers: readonly string[]
}

const MOST = 9

const STATES = [
  'waiting',
  'scheduled',
  'received',
  'running',
  'retrying',
  'succeeded',
  'failed',
  'revoked',
  'rejected',
  'lost',
]

const HELP: Readonly<Record<TaskField, string>> = {
  state: 'running, failed, …',
  name: 'of the task, with *',
  queue: 'it was sent to',
  worker: 'that has it',
  id: 'whole, or its start with *',
  root: 'id of the first task',
  parent: 'id of the task that called it',
  client: 'that sent it',
  error: 'text in the exception',
  result: 'text in the result',
  arg: 'text anywhere in the arguments',
  args: 'args.0:42',
  kwargs: 'kwargs.user.id:42',
  run: 'run:>2s',
  wait: 'wait:>=30s',
  age: 'age:<1h',
  retries: 'retries:>3',
  since: 'since:2h, or a time',
}

/** Lower case is text. */
const OPERATORS = [
  ['OR', 'one side or the other'],
  ['AND', 'both, as a space says too'],
  ['NOT', 'leaves out what follows, as a minus does'],
] as const

const SINCE = ['15m', '1h', '2h', '12h', '1d']

/** Fields while a field is typed, values after the colon. */
export function suggestionsFor(text: string, caret: number, known: KnownValues): readonly Suggestion[] {
  const { word } = wordAt(text, caret)
  const colon = word.indexOf(':')
  const sign = /^[-(]*/.exec(word)?.[0] ?? ''
  if (colon < 0) {
    const typed = word.slice(sign.length).toLowerCase()
    const operators = OPERATORS.filter(([operator]) => text.trim() !== '' && operator.startsWith(word) && word !== '')
    const fields = TASK_FIELDS.filter((field) => field.startsWith(typed) && field !== 'args')
    return [
      ...operators.map(([insert, help]) => ({ insert, help, complete: true })),
      ...fields.map((field) => ({ insert: `${sign}${field}:`, help: HELP[field], complete: false })),
    ].slice(0, MOST)
  }
  const field = word.slice(sign.length, colon).toLowerCase()
  const before = word.slice(colon + 1, word.lastIndexOf(',') + 1)
  const typed = word.slice(colon + 1 + before.length).toLowerCase()
  const values = valuesOf(field, known).filter((value) => value.toLowerCase().includes(typed) && value !== typed)
  return values.slice(0, MOST).map((value) => ({
    insert: `${sign}${field}:${before}${/[\s",()\\]/.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : value}`,
    help: '',
    complete: true,
  }))
}

/** The text with the word under the caret replaced. */
export function applySuggestion(
  text: string,
  caret: number,
  suggestion: Suggestion,
): { readonly text: string; readonly caret: number; readonly complete: boolean } {
  const { start, end } = wordAt(text, caret)
  const insert = suggestion.complete ? `${suggestion.insert} ` : suggestion.insert
  const rest = text.slice(end).replace(/^ /, '')
  return { text: text.slice(0, start) + insert + rest, caret: start + insert.length, complete: suggestion.complete }
}

function wordAt(text: string, caret: number): { readonly start: number; readonly end: number; readonly word: string } {
  const start = text.lastIndexOf(' ', Math.max(0, caret - 1)) + 1
  const space = text.indexOf(' ', caret)
  const end = space < 0 ? text.length : space
  return { start: Math.min(start, end), end, word: text.slice(Math.min(start, end), end) }
}

function valuesOf(field: string, known: KnownValues): readonly string[] {
  if (field === 'state') return STATES
  if (field === 'since') return SINCE
  if (field === 'name') return known.names
  if (field === 'queue') return known.queues
  return field === 'worker' ? known.workers : []
}
