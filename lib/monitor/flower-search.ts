/**
 * Flower's search language (flower.md 1.5), for `/api/tasks?search=`: words, `field:value`, quotes, AND, OR and
 * parentheses; and all that the page's language adds (lib/live/task-query.ts): NOT, a minus, more fields. Where both say
 * something else by the same text, it means what it means to Flower. The sentences of the errors and their positions are
 * Flower's, since scripts compare them; they and the trees are held against a recording of Flower itself
 * (tests/vectors/flower-search.json).
 */
import { isSearchSpace, type SearchToken, searchTokens } from '../live/search-tokens.ts'
import { MAX_SEARCH_LENGTH, MAX_SEARCH_TOKENS, SearchFault, searchTree, type TaskTree } from '../live/search-tree.ts'
import { fieldText, readTerm } from '../live/task-query-reader.ts'
import { FLOWER_FIELDS, fieldOf, stateOfWord } from '../live/task-terms.ts'
import { bad, type Decoded, good } from '../protocol/decoded.ts'

const LEAST_CHARACTERS = 3

/** The search as a tree, or Flower's sentence about what is wrong with it (`detail`). */
export function parseFlowerSearch(text: string): Decoded<TaskTree, 'bad-search'> {
  const trimmed = strip(text)
  try {
    if (charactersOf(trimmed) > MAX_SEARCH_LENGTH)
      return bad('bad-search', `Query exceeds ${MAX_SEARCH_LENGTH} characters.`)
    const tokens = searchTokens(trimmed, MAX_SEARCH_TOKENS)
    for (const [i, token] of tokens.entries()) {
      if (token.open) throw new SearchFault('Unterminated quoted phrase', token)
      if (token.value === '') throw new SearchFault('Empty search term', token)
      if (i === MAX_SEARCH_TOKENS) return bad('bad-search', `Query exceeds ${MAX_SEARCH_TOKENS} tokens.`)
    }
    return good(distinct(searchTree(tokens, readWord)))
  } catch (fault) {
    if (!(fault instanceof SearchFault)) throw fault
    // In characters (code points), as Python counts.
    return bad('bad-search', `${fault.message} at position ${charactersOf(trimmed.slice(0, fault.start))}.`)
  }
}

function charactersOf(text: string): number {
  return Array.from(text).length
}

/** Python's str.strip: positions in Flower's errors count from the first character that is no space to it. */
export function strip(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isSearchSpace(text.charAt(start))) start++
  while (end > start && isSearchSpace(text.charAt(end - 1))) end--
  return text.slice(start, end)
}

function readWord(token: SearchToken, negated: boolean, start: number): TaskTree {
  const { value, end } = token
  const place = { start, end, negated }
  const colon = value.indexOf(':')
  const field = colon < 0 ? undefined : FLOWER_FIELDS.find((name) => name === value.slice(0, colon).toLowerCase())
  if (field === undefined && isOurField(token)) {
    const read = readTerm(token, place)
    if ('problem' in read) throw new SearchFault(read.problem.replace(/\.$/, ''), token)
    return { kind: 'term', term: read.term }
  }
  const wanted = field === undefined ? value : value.slice(colon + 1)
  if (wanted === '') throw new SearchFault('Search qualifier requires a value', token)
  const isExact = field === 'state' || (field === 'kwargs' && wanted.includes('='))
  if (!isExact && charactersOf(fold(wanted).trim()) < LEAST_CHARACTERS) {
    throw new SearchFault(`Substring search terms must contain at least ${LEAST_CHARACTERS} characters`, token)
  }
  const flowers = { kind: 'flower', field: field ?? null, value: wanted, ...place, negated: false } as const
  const ours = field === undefined || !saysMore(field, token.shape.slice(colon + 1)) ? null : readTerm(token, place)
  if (ours === null || 'problem' in ours) return { kind: 'term', term: { ...flowers, negated } }
  const of = [flowers, { ...ours.term, negated: false }].map((term) => ({ kind: 'term', term }) as const)
  return negated ? { kind: 'not', of: { kind: 'or', of } } : { kind: 'or', of }
}

/** Fields that Flower does not have. To it `queue:low` is a text to look for, which quotes around it still make it. */
function isOurField(token: SearchToken): boolean {
  const [name, ...path] = fieldText(token)?.split('.') ?? []
  const known = name === undefined ? undefined : fieldOf(name)
  return known !== undefined && (path.length === 0 || known === 'args' || known === 'kwargs')
}

/** Names and states have no commas and no `*`, so such a value means nothing to Flower; and no word for a state does. */
function saysMore(field: string, shape: string): boolean {
  if (field === 'state') return /[,*]/.test(shape) || stateOfWord(shape) !== shape.toUpperCase()
  return (field === 'name' || field === 'worker') && /[,*]/.test(shape)
}

/** Leaves out what is there twice. */
function distinct(tree: TaskTree): TaskTree {
  if (tree.kind !== 'and' && tree.kind !== 'or') return tree
  const parts = tree.of.map(distinct).flatMap((part) => (part.kind === tree.kind ? part.of : [part]))
  const of = [...new Map(parts.map((part) => [keyOf(part), part])).values()]
  const [only] = of
  return of.length === 1 && only !== undefined ? only : { kind: tree.kind, of }
}

function keyOf(tree: TaskTree): string {
  return JSON.stringify(tree, (key, value) => (key === 'start' || key === 'end' ? undefined : value))
}

/** Python's casefold, near enough: lower case, and ß as ss. */
export function fold(text: string): string {
  const lower = text.toLowerCase()
  return lower.includes('ß') ? lower.replaceAll('ß', 'ss') : lower
}
