/**
 * Search text cut into words, operators and parentheses, as Flower cuts it (flower.md 1.5), for the search box and for
 * Flower's API alike. Quotes make a phrase anywhere in a word; `\"` and `\\` stand for the sign itself.
 */
export interface SearchToken {
  readonly kind: 'word' | 'AND' | 'OR' | 'NOT' | '(' | ')'
  /** In UTF-16 units of the text: `[start, end)`, the minus included. */
  readonly start: number
  readonly end: number
  /** Without quotes, escapes and the leading minus. */
  readonly value: string
  /** As long as `value`, with a `"` in the place of each character that was quoted: signs in it mean something. */
  readonly shape: string
  /** A word with a leading minus. */
  readonly negated: boolean
  /** A quote in it is not closed. */
  readonly open: boolean
}

/** What Python's str.isspace calls space, and JavaScript's \s does not. */
const MORE_SPACE = '\u001c\u001d\u001e\u001f\u0085'

export function isSearchSpace(character: string): boolean {
  return (/\s/.test(character) && character !== '\ufeff') || (character !== '' && MORE_SPACE.includes(character))
}

/** All tokens of the text, at most one more than `most`. */
export function searchTokens(text: string, most: number): readonly SearchToken[] {
  const tokens: SearchToken[] = []
  for (let at = 0; at < text.length && tokens.length <= most; ) {
    const character = text.charAt(at)
    if (isSearchSpace(character)) {
      at++
      continue
    }
    const token = character === '(' || character === ')' ? sign(character, at, at + 1) : readWord(text, at)
    tokens.push(token)
    at = token.end
  }
  return tokens
}

function readWord(text: string, start: number): SearchToken {
  let value = ''
  let shape = ''
  let open = false
  let quoted = false
  let at = start
  for (; at < text.length; at++) {
    const character = text.charAt(at)
    const next = text.charAt(at + 1)
    if (character === '\\' && (next === '"' || next === '\\')) {
      value += next
      shape += '"'
      at++
    } else if (character === '"') {
      open = !open
      quoted = true
    } else if (!open && (character === '(' || character === ')' || isSearchSpace(character))) break
    else {
      value += character
      shape += open ? '"' : character
    }
  }
  if (!quoted) {
    if (value === 'AND' || value === 'OR' || value === 'NOT') return sign(value, start, at)
    if (value === '-' && text[at] === '(') return sign('NOT', start, at)
  }
  const negated = shape.startsWith('-') && value.length > 1
  const from = negated ? 1 : 0
  return { kind: 'word', start, end: at, value: value.slice(from), shape: shape.slice(from), negated, open }
}

function sign(kind: Exclude<SearchToken['kind'], 'word'>, start: number, end: number): SearchToken {
  return { kind, start, end, value: kind, shape: kind, negated: false, open: false }
}
