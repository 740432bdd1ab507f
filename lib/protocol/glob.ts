/** Shell patterns as Python's fnmatch on Linux: `*`, `?`, `[seq]`, `[!seq]`; case matters. */

const MAX_PATTERN_LENGTH = 1000

type Piece = { readonly type: 'star' } | { readonly type: 'one'; readonly matches: (character: string) => boolean }

/** At most (length of pattern × length of text) steps, whatever the pattern: only the last star is ever tried again. */
export function matchesGlob(pattern: string, text: string): boolean {
  if (pattern.length > MAX_PATTERN_LENGTH) return false
  const pieces = piecesOf([...pattern])
  const characters = [...text]
  let piece = 0
  let at = 0
  let star = -1
  let starAt = 0
  while (at < characters.length) {
    const current = pieces[piece]
    if (current?.type === 'star') {
      star = piece++
      starAt = at
    } else if (current?.type === 'one' && current.matches(characters[at] ?? '')) {
      piece++
      at++
    } else if (star !== -1) {
      piece = star + 1
      at = ++starAt
    } else return false
  }
  while (pieces[piece]?.type === 'star') piece++
  return piece === pieces.length
}

function piecesOf(pattern: readonly string[]): Piece[] {
  const pieces: Piece[] = []
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? ''
    if (character === '*') pieces.push({ type: 'star' })
    else if (character === '?') pieces.push({ type: 'one', matches: () => true })
    else if (character === '[') {
      const end = endOfSet(pattern, at)
      pieces.push({ type: 'one', matches: end === -1 ? (one) => one === '[' : setOf(pattern.slice(at + 1, end)) })
      if (end !== -1) at = end
    } else pieces.push({ type: 'one', matches: (one) => one === character })
  }
  return pieces
}

/** A `]` directly after `[` or `[!` belongs to the set. -1: there is no end, so `[` is an ordinary character. */
function endOfSet(pattern: readonly string[], start: number): number {
  let from = start + 1
  if (pattern[from] === '!') from++
  if (pattern[from] === ']') from++
  return pattern.indexOf(']', from)
}

function setOf(inner: readonly string[]): (character: string) => boolean {
  const negated = inner[0] === '!'
  const members = negated ? inner.slice(1) : inner
  const inSet = (one: string): boolean => {
    for (let at = 0; at < members.length; at++) {
      const from = members[at] ?? ''
      const to = members[at + 2]
      if (members[at + 1] === '-' && to !== undefined) {
        if (one >= from && one <= to) return true
        at += 2
      } else if (one === from) return true
    }
    return false
  }
  return negated ? (one) => !inSet(one) : inSet
}
