/**
 * The search language of the task list (ux.md 2.2), as data. Loads in the browser: the search box draws its chips from
 * the same terms that the server matches by (lib/monitor/task-search.ts).
 *
 *   state:failed,retrying  name:emails.*  -queue:low  kwargs.user.id:42  run:>2s  "no stock"  timeout
 *
 * Terms are joined by AND, the values of one term (commas) by OR. Case does not count. `*` stands for any text.
 */
import { readTerms } from './task-query-reader.ts'
import type { QueryFault, TaskField, TaskTerm } from './task-terms.ts'

export { fieldOf, STATE_WORDS, stateOfWord, TASK_FIELDS } from './task-terms.ts'
export type { QueryFault, TaskField, TaskTerm }

export interface TaskQuery {
  readonly terms: readonly TaskTerm[]
  readonly faults: readonly QueryFault[]
  /** The sentences of `faults`. A query with problems matches nothing: nothing is ignored in silence. */
  readonly problems: readonly string[]
}

export const MAX_QUERY_LENGTH = 2_048
export const MAX_QUERY_TERMS = 128

/** Reads a search text. Never throws: what it does not understand is in `problems`. */
export function parseTaskQuery(text: string): TaskQuery {
  if (text.length > MAX_QUERY_LENGTH) return unread(text, `The search is longer than ${MAX_QUERY_LENGTH} characters.`)
  const { terms, faults } = readTerms(text)
  if (terms.length > MAX_QUERY_TERMS) return unread(text, `The search has more than ${MAX_QUERY_TERMS} terms.`)
  return { terms, faults, problems: faults.map((fault) => fault.problem) }
}

function unread(text: string, problem: string): TaskQuery {
  return { terms: [], faults: [{ start: 0, end: text.length, problem }], problems: [problem] }
}

/** The text of a query in its shortest form; parsing it gives the same terms. */
export function formatTaskQuery(query: TaskQuery): string {
  return query.terms.map(formatTerm).join(' ')
}

/**
 * Sets the field of a search text to a value (or one of several values), or takes it out with null. Other terms stay
 * as they were typed, negated ones of the same field too.
 */
export function withTerm(text: string, field: TaskField, value: string | readonly string[] | null): string {
  const { terms } = readTerms(text.slice(0, MAX_QUERY_LENGTH))
  let rest = text
  for (const term of terms.toReversed()) {
    if (term.negated || term.kind === 'word' || term.kind === 'path' || term.field !== field) continue
    rest = `${rest.slice(0, term.start).trimEnd()} ${rest.slice(term.end).trimStart()}`
  }
  const values = value === null ? [] : typeof value === 'string' ? [value] : value
  const added = values.length === 0 ? '' : `${field}:${values.map(quoteValue).join(',')}`
  return `${rest.trim()} ${added}`.trim()
}

function formatTerm(term: TaskTerm): string {
  const sign = term.negated ? '-' : ''
  switch (term.kind) {
    case 'word':
      return `${sign}${quoteWord(term.text)}`
    case 'number':
      return `${sign}${term.field}:${term.text}`
    case 'text':
      return `${sign}${term.field}:${term.values.map(quoteValue).join(',')}`
    case 'path':
      return `${sign}${[term.field, ...term.path].join('.')}:${term.values.map(quoteValue).join(',')}`
  }
}

function quoteWord(text: string): string {
  return /^[^\s":-][^\s":]*$/.test(text) ? text : quote(text)
}

function quoteValue(text: string): string {
  return /^[^\s",]+$/.test(text) ? text : quote(text)
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
