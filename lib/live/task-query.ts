/**
 * The search language of the task list (ux.md 2.2), as data. Loads in the browser: the search box draws what it says
 * from the same terms that the server matches by (lib/monitor/task-search.ts).
 *
 *   state:failed,retrying  name:emails.*  -queue:low  (kwargs.user.id:42 OR run:>2s)  "no stock"  since:2h
 *
 * Terms are joined by AND, OR, NOT and parentheses, the values of one term (commas) by OR. Case does not count. `*`
 * stands for any text. docs/search.md has the whole of it.
 */
import { searchTokens } from './search-tokens.ts'
import {
  allTerms,
  conjuncts,
  MAX_SEARCH_LENGTH,
  MAX_SEARCH_TOKENS,
  SearchFault,
  searchTree,
  type TaskTree,
} from './search-tree.ts'
import { readTerm } from './task-query-reader.ts'
import type { QueryFault, TaskField, TaskTerm } from './task-terms.ts'

export { fieldOf, STATE_WORDS, stateOfWord, TASK_FIELDS } from './task-terms.ts'
export type { QueryFault, TaskField, TaskTerm, TaskTree }

export interface TaskQuery {
  /** All terms, in the order in which they stand in the text. */
  readonly terms: readonly TaskTerm[]
  readonly tree: TaskTree
  readonly faults: readonly QueryFault[]
  /** The sentences of `faults`. A query with problems matches nothing: nothing is ignored in silence. */
  readonly problems: readonly string[]
}

/** Reads a search text. Never throws: what it does not understand is in `problems`. */
export function parseTaskQuery(text: string): TaskQuery {
  if (text.length > MAX_SEARCH_LENGTH) {
    return unread(text, `The search is longer than ${MAX_SEARCH_LENGTH} characters.`)
  }
  const tokens = searchTokens(text, MAX_SEARCH_TOKENS)
  if (tokens.length > MAX_SEARCH_TOKENS) {
    return unread(text, `The search has more than ${MAX_SEARCH_TOKENS} terms and parentheses.`)
  }
  const terms: TaskTerm[] = []
  const faults: QueryFault[] = []
  let tree: TaskTree
  try {
    tree = searchTree(tokens, (token, negated, start) => {
      const { end } = token
      const read = readTerm(token, { start, end, negated })
      if ('term' in read) {
        terms.push(read.term)
        return { kind: 'term', term: read.term }
      }
      faults.push({ start, end, problem: read.problem })
      return null
    })
  } catch (fault) {
    if (!(fault instanceof SearchFault)) throw fault
    return withoutTree(text, fault)
  }
  return { terms, tree, faults, problems: faults.map(({ problem }) => problem) }
}

/** A text whose operators or parentheses are wrong still has its terms. */
function withoutTree(text: string, { message, start, end }: SearchFault): TaskQuery {
  const terms: TaskTerm[] = []
  const faults: QueryFault[] = [{ start, end: Math.min(end, text.length), problem: `${message}.` }]
  for (const token of searchTokens(text, MAX_SEARCH_TOKENS)) {
    if (token.kind !== 'word') continue
    const read = readTerm(token, { start: token.start, end: token.end, negated: token.negated })
    if ('term' in read) terms.push(read.term)
    else faults.push({ start: token.start, end: token.end, problem: read.problem })
  }
  faults.sort((a, b) => a.start - b.start)
  return { terms, tree: allTerms(terms), faults, problems: faults.map(({ problem }) => problem) }
}

function unread(text: string, problem: string): TaskQuery {
  return { terms: [], tree: { kind: 'all' }, faults: [{ start: 0, end: text.length, problem }], problems: [problem] }
}

/** The text of a query in its shortest form; parsing it gives the same terms. */
export function formatTaskQuery(query: Pick<TaskQuery, 'tree'>): string {
  return formatTree(query.tree, 'or')
}

/** `within`: in an AND a choice needs parentheses. */
function formatTree(tree: TaskTree, within: 'and' | 'or'): string {
  switch (tree.kind) {
    case 'all':
      return ''
    case 'term':
      return formatTerm(tree.term)
    case 'not':
      return `-(${formatTree(tree.of, 'or')})`
    case 'and':
      return tree.of.map((part) => formatTree(part, 'and')).join(' ')
    case 'or': {
      const text = tree.of.map((part) => formatTree(part, 'or')).join(' OR ')
      return within === 'or' ? text : `(${text})`
    }
  }
}

/**
 * Sets the field of a search text to a value (or one of several values), or takes it out with null. Other terms stay
 * as they were typed, negated ones of the same field and those in a choice too.
 */
export function withTerm(text: string, field: TaskField, value: string | readonly string[] | null): string {
  const { tree } = parseTaskQuery(text.slice(0, MAX_SEARCH_LENGTH))
  let rest = text
  for (const part of conjuncts(tree).toReversed()) {
    if (part.kind !== 'term') continue
    const { term } = part
    if (term.negated || term.kind === 'word' || term.kind === 'path' || term.field !== field) continue
    rest = withoutPart(rest, term)
  }
  const values = value === null ? [] : typeof value === 'string' ? [value] : value
  return values.length === 0 ? rest.trim() : narrowed(rest, `${field}:${values.map(quoteValue).join(',')}`)
}

/** The search with one more condition. */
export function narrowed(text: string, term: string): string {
  const rest = text.trim()
  return `${isChoice(rest) ? `(${rest})` : rest} ${term}`.trim()
}

/** With an OR outside parentheses. */
function isChoice(text: string): boolean {
  let depth = 0
  return searchTokens(text, MAX_SEARCH_TOKENS).some(({ kind }) => {
    depth += kind === '(' ? 1 : kind === ')' ? -1 : 0
    return kind === 'OR' && depth === 0
  })
}

/** Takes out a term, the AND that joins it, and parentheses that held nothing else. */
function withoutPart(text: string, { start, end }: { readonly start: number; readonly end: number }): string {
  let before = text.slice(0, start).trimEnd()
  let after = text.slice(end).trimStart()
  while (before.endsWith('(') && after.startsWith(')')) {
    before = before.slice(0, -1).trimEnd()
    after = after.slice(1).trimStart()
  }
  const joined = /^AND(?=[\s()]|$)\s*/.exec(after)
  if (joined !== null) after = after.slice(joined[0].length)
  else before = before.replace(/(^|[\s()])AND$/, '$1').trimEnd()
  return `${before} ${after}`
}

function formatTerm(term: TaskTerm): string {
  const sign = term.negated ? '-' : ''
  switch (term.kind) {
    case 'word':
      return `${sign}${quoteWord(term.text)}`
    case 'number':
      return `${sign}${term.field}:${term.text}`
    case 'time':
      return `${sign}${term.field}:${quoteValue(term.text)}`
    case 'text':
      return `${sign}${term.field}:${term.values.map(quoteValue).join(',')}`
    case 'path':
      return `${sign}${[term.field, ...term.path].join('.')}:${term.values.map(quoteValue).join(',')}`
    case 'flower':
      return `${sign}${term.field === null ? '' : `${term.field}:`}${quote(term.value)}`
  }
}

const PLAIN_WORD = /^(?!(?:AND|OR|NOT)$)[^\s\p{Cc}":()\\-][^\s\p{Cc}":()\\]*$/u
const PLAIN_VALUE = /^[^\s\p{Cc}",()\\]+$/u

function quoteWord(text: string): string {
  return PLAIN_WORD.test(text) ? text : quote(text)
}

function quoteValue(text: string): string {
  return PLAIN_VALUE.test(text) ? text : quote(text)
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
