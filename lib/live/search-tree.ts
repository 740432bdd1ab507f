/**
 * A search as a tree: terms joined by AND (or a space), OR, NOT (or a minus) and parentheses. One grammar for the search
 * box and for Flower's API; they differ in how a word is read as a term, and in how a fault is told.
 */
import type { SearchToken } from './search-tokens.ts'
import type { TaskTerm } from './task-terms.ts'

export type TaskTree =
  | { readonly kind: 'all' }
  | { readonly kind: 'term'; readonly term: TaskTerm }
  | { readonly kind: 'not'; readonly of: TaskTree }
  | { readonly kind: 'and' | 'or'; readonly of: readonly TaskTree[] }

export const MAX_SEARCH_LENGTH = 2_048
/** Parentheses and operators count. */
export const MAX_SEARCH_TOKENS = 128
export const MAX_SEARCH_DEPTH = 5

/** What is wrong with a search. `message` is Flower's sentence, without the place and the full stop. */
export class SearchFault extends Error {
  readonly start: number
  readonly end: number

  constructor(message: string, { start, end }: { readonly start: number; readonly end: number }) {
    super(message)
    this.start = start
    this.end = end
  }
}

/**
 * The tree of the tokens. `readWord` reads one word; null leaves it out. Throws `SearchFault` with Flower's sentences,
 * and whatever `readWord` throws, the leftmost first.
 */
export function searchTree(
  tokens: readonly SearchToken[],
  readWord: (token: SearchToken, negated: boolean, start: number) => TaskTree | null,
): TaskTree {
  let at = 0
  let depth = 0

  function anyOf(): TaskTree | null {
    const parts = [allOf()]
    for (let token = tokens[at]; token?.kind === 'OR'; token = tokens[at]) {
      at++
      expectTerm(token)
      parts.push(allOf())
    }
    return join('or', parts)
  }

  function allOf(): TaskTree | null {
    const parts = [one()]
    for (let token = tokens[at]; token !== undefined && token.kind !== 'OR' && token.kind !== ')'; token = tokens[at]) {
      if (token.kind === 'AND') {
        at++
        expectTerm(token)
      }
      parts.push(one())
    }
    return join('and', parts)
  }

  function expectTerm(after: SearchToken): void {
    const next = tokens[at]?.kind
    if (next === 'word' || next === '(' || next === 'NOT') return
    throw new SearchFault(`${after.kind} must be followed by a search term`, after)
  }

  function one(): TaskTree | null {
    const first = tokens[at]
    let negated = false
    for (let token = first; token?.kind === 'NOT'; token = tokens[at]) {
      at++
      expectTerm(token)
      negated = !negated
    }
    const token = tokens[at]
    if (token === undefined || first === undefined) throw new SearchFault('Expected a search term', endOf(tokens))
    if (token.kind === 'word') {
      at++
      return readWord(token, token.negated !== negated, first.start)
    }
    if (token.kind !== '(') throw new SearchFault('Expected a search term', token)
    if (++depth > MAX_SEARCH_DEPTH) throw new SearchFault(`Query nesting exceeds ${MAX_SEARCH_DEPTH} levels`, token)
    at++
    if (tokens[at]?.kind === ')') throw new SearchFault('Empty group', token)
    const inner = anyOf()
    if (tokens[at]?.kind !== ')') throw new SearchFault('Missing closing parenthesis', token)
    at++
    depth--
    if (inner === null || token === first) return inner
    // A double NOT stays one: its group is not a part of the text that could be taken out alone.
    return { kind: 'not', of: negated ? inner : { kind: 'not', of: inner } }
  }

  if (tokens.length === 0) return { kind: 'all' }
  const tree = anyOf()
  const rest = tokens[at]
  if (rest !== undefined) throw new SearchFault(`Unexpected '${rest.value}'`, rest)
  return tree ?? { kind: 'all' }
}

function endOf(tokens: readonly SearchToken[]): { readonly start: number; readonly end: number } {
  const start = (tokens.at(-1)?.start ?? -1) + 1
  return { start, end: start + 1 }
}

/** Groups of the same kind become one. */
function join(kind: 'and' | 'or', parts: readonly (TaskTree | null)[]): TaskTree | null {
  const of = parts.flatMap((part) => (part === null ? [] : part.kind === kind ? part.of : [part]))
  return of.length > 1 ? { kind, of } : (of[0] ?? null)
}

/** All terms joined by AND. */
export function allTerms(terms: readonly TaskTerm[]): TaskTree {
  return (
    join(
      'and',
      terms.map((term) => ({ kind: 'term', term })),
    ) ?? { kind: 'all' }
  )
}

/** All terms, from left to right. */
export function termsIn(tree: TaskTree): readonly TaskTerm[] {
  if (tree.kind === 'term') return [tree.term]
  if (tree.kind === 'all') return []
  return tree.kind === 'not' ? termsIn(tree.of) : tree.of.flatMap(termsIn)
}

/** The parts that all have to hold. */
export function conjuncts(tree: TaskTree): readonly TaskTree[] {
  if (tree.kind === 'and') return tree.of
  return tree.kind === 'all' ? [] : [tree]
}

/**
 * What is asked of the state alone, and all the rest; both have to hold. States are counted among what fulfils the
 * rest. Where a choice mixes both, it is all in the rest.
 */
export function splitByState(tree: TaskTree): {
  readonly state: readonly TaskTree[]
  readonly rest: readonly TaskTree[]
} {
  const parts = conjuncts(tree)
  const isOfState = (part: TaskTree) => termsIn(part).every(isAboutState)
  return { state: parts.filter(isOfState), rest: parts.filter((part) => !isOfState(part)) }
}

export function isAboutState(term: TaskTerm): boolean {
  return (term.kind === 'text' || term.kind === 'flower') && term.field === 'state'
}
