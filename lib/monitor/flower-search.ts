/**
 * Flower's search language (flower.md 1.5), for `/api/tasks?search=`: words, `field:value`, quotes, AND, OR and
 * parentheses. The sentences of the errors and their positions are Flower's, since scripts compare them; they and the
 * trees are held against a recording of Flower itself (tests/vectors/flower-search.json).
 */
import { bad, type Decoded, good } from '../protocol/decoded.ts'

export const FLOWER_FIELDS = ['name', 'state', 'worker', 'args', 'kwargs', 'result'] as const
export type FlowerField = (typeof FLOWER_FIELDS)[number]

export type FlowerSearch =
  | { readonly kind: 'all' }
  | { readonly kind: 'term'; readonly field: FlowerField | null; readonly value: string }
  | { readonly kind: 'and' | 'or'; readonly of: readonly FlowerSearch[] }

const MAX_LENGTH = 2_048
const MAX_TOKENS = 128
const MAX_DEPTH = 5
const LEAST_CHARACTERS = 3

interface Token {
  readonly kind: 'word' | 'AND' | 'OR' | '(' | ')'
  readonly value: string
  /** In characters (code points), as Python counts. */
  readonly position: number
}

/** Thrown and caught inside this file only: the grammar is recursive. */
class SearchProblem extends Error {}

function problem(text: string, position?: number): SearchProblem {
  return new SearchProblem(position === undefined ? `${text}.` : `${text} at position ${position}.`)
}

/** The search as a tree, or Flower's sentence about what is wrong with it (`detail`). */
export function parseFlowerSearch(text: string): Decoded<FlowerSearch, 'bad-search'> {
  try {
    const tokens = tokenize(trim(Array.from(text)))
    return good(tokens.length === 0 ? { kind: 'all' } : parse(tokens))
  } catch (error) {
    if (error instanceof SearchProblem) return bad('bad-search', error.message)
    throw error
  }
}

/** What Python's str.isspace calls space, and JavaScript's \s does not. */
const MORE_SPACE = '\u001c\u001d\u001e\u001f\u0085'

function isSpace(character: string): boolean {
  return (/\s/.test(character) && character !== '\ufeff') || MORE_SPACE.includes(character)
}

/** Positions count from the first character that is no space, as Flower's do. */
function trim(characters: readonly string[]): readonly string[] {
  const start = characters.findIndex((character) => !isSpace(character))
  return start < 0 ? [] : characters.slice(start, characters.findLastIndex((character) => !isSpace(character)) + 1)
}

function tokenize(characters: readonly string[]): Token[] {
  if (characters.length > MAX_LENGTH) throw problem(`Query exceeds ${MAX_LENGTH} characters`)
  const tokens: Token[] = []
  for (let at = 0; at < characters.length; ) {
    const character = characters[at] ?? ''
    if (isSpace(character)) {
      at++
      continue
    }
    if (character === '(' || character === ')') {
      tokens.push({ kind: character, value: character, position: at++ })
    } else {
      const { token, end } = readWord(characters, at)
      tokens.push(token)
      at = end
    }
    if (tokens.length > MAX_TOKENS) throw problem(`Query exceeds ${MAX_TOKENS} tokens`)
  }
  return tokens
}

function readWord(characters: readonly string[], position: number): { readonly token: Token; readonly end: number } {
  let value = ''
  let open = false
  let quoted = false
  let at = position
  for (; at < characters.length; at++) {
    const character = characters[at] ?? ''
    const next = characters[at + 1]
    if (character === '\\' && (next === '"' || next === '\\')) {
      value += next
      at++
    } else if (character === '"') {
      open = !open
      quoted = true
    } else if (!open && (character === '(' || character === ')' || isSpace(character))) break
    else value += character
  }
  if (open) throw problem('Unterminated quoted phrase', position)
  if (!quoted && value === 'NOT') throw problem('NOT is not supported', position)
  const kind = !quoted && (value === 'AND' || value === 'OR') ? value : 'word'
  return { token: { kind, value, position }, end: at }
}

function parse(tokens: readonly Token[]): FlowerSearch {
  let at = 0
  let depth = 0

  function anyOf(): FlowerSearch {
    const parts = [allOf()]
    for (let token = tokens[at]; token?.kind === 'OR'; token = tokens[at]) {
      at++
      expectTerm(token)
      parts.push(allOf())
    }
    return combine('or', parts)
  }

  function allOf(): FlowerSearch {
    const parts = [one()]
    for (let token = tokens[at]; token !== undefined && token.kind !== 'OR' && token.kind !== ')'; token = tokens[at]) {
      if (token.kind === 'AND') {
        at++
        expectTerm(token)
      }
      parts.push(one())
    }
    return combine('and', parts)
  }

  function expectTerm(after: Token): void {
    const next = tokens[at]
    if (next?.kind === 'word' || next?.kind === '(') return
    throw problem(`${after.kind} must be followed by a search term`, after.position)
  }

  function one(): FlowerSearch {
    const token = tokens[at]
    if (token === undefined) throw problem('Expected a search term', (tokens[at - 1]?.position ?? -1) + 1)
    if (token.kind === 'word') {
      at++
      return termOf(token)
    }
    if (token.kind !== '(') throw problem('Expected a search term', token.position)
    if (++depth > MAX_DEPTH) throw problem(`Query nesting exceeds ${MAX_DEPTH} levels`, token.position)
    at++
    if (tokens[at]?.kind === ')') throw problem('Empty group', token.position)
    const inner = anyOf()
    if (tokens[at]?.kind !== ')') throw problem('Missing closing parenthesis', token.position)
    at++
    depth--
    return inner
  }

  const tree = anyOf()
  const rest = tokens[at]
  if (rest !== undefined) throw problem(`Unexpected '${rest.value}'`, rest.position)
  return tree
}

function termOf(token: Token): FlowerSearch {
  const { value, position } = token
  if (value.startsWith('-')) throw problem("Negation with '-' is not supported", position)
  if (value === '') throw problem('Empty search term', position)
  const colon = value.indexOf(':')
  const field = colon < 0 ? undefined : FLOWER_FIELDS.find((name) => name === value.slice(0, colon).toLowerCase())
  const wanted = field === undefined ? value : value.slice(colon + 1)
  if (wanted === '') throw problem('Search qualifier requires a value', position)
  const isExact = field === 'state' || (field === 'kwargs' && wanted.includes('='))
  if (!isExact && Array.from(fold(wanted).trim()).length < LEAST_CHARACTERS) {
    throw problem(`Substring search terms must contain at least ${LEAST_CHARACTERS} characters`, position)
  }
  return { kind: 'term', field: field ?? null, value: wanted }
}

/** Flattens groups of the same kind and leaves out what is there twice. */
function combine(kind: 'and' | 'or', parts: readonly FlowerSearch[]): FlowerSearch {
  const distinct = new Map<string, FlowerSearch>()
  for (const part of parts) {
    for (const leaf of part.kind === kind ? part.of : [part]) distinct.set(JSON.stringify(leaf), leaf)
  }
  const of = [...distinct.values()]
  const [only] = of
  return of.length === 1 && only !== undefined ? only : { kind, of }
}

/** Python's casefold, near enough: lower case, and ß as ss. */
export function fold(text: string): string {
  return text.toLowerCase().replaceAll('ß', 'ss')
}
