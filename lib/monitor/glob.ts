import { wordFinder } from './find-word.ts'

/** A test for texts against a pattern where `*` stands for any text. Case does not count. Linear: no pattern is slow. */
export function globTest(pattern: string): (text: string) => boolean {
  const parts = pattern.toLowerCase().split('*')
  const head = parts[0] ?? ''
  if (parts.length === 1) return (text) => text.length === head.length && text.toLowerCase() === head
  const tail = parts.at(-1) ?? ''
  const middle = parts
    .slice(1, -1)
    .flatMap((part) => (part === '' ? [] : [{ find: wordFinder(part), length: part.length }]))
  return (text) => {
    const folded = text.toLowerCase()
    if (folded.length < head.length + tail.length || !folded.startsWith(head) || !folded.endsWith(tail)) return false
    let at = head.length
    for (const { find, length } of middle) {
      const found = find(folded, at)
      if (found < 0) return false
      at = found + length
    }
    return at <= folded.length - tail.length
  }
}
