/** A test for texts against a pattern where `*` stands for any text. Case does not count. Linear: no pattern is slow. */
export function globTest(pattern: string): (text: string) => boolean {
  const parts = pattern.toLowerCase().split('*')
  const head = parts[0] ?? ''
  if (parts.length === 1) return (text) => text.length === head.length && text.toLowerCase() === head
  const tail = parts.at(-1) ?? ''
  const middle = parts.slice(1, -1).filter((part) => part !== '')
  return (text) => {
    const folded = text.toLowerCase()
    if (folded.length < head.length + tail.length || !folded.startsWith(head) || !folded.endsWith(tail)) return false
    let at = head.length
    for (const part of middle) {
      const found = folded.indexOf(part, at)
      if (found < 0) return false
      at = found + part.length
    }
    return at <= folded.length - tail.length
  }
}
