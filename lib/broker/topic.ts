/**
 * True when a topic binding takes a routing key: `*` is one word, `#` any number of them. Matched word by word, for a
 * binding from outside must not become a regular expression that never ends.
 */
export function topicMatches(binding: string, routingKey: string): boolean {
  const pattern = binding.split('.')
  let reachable: ReadonlySet<number> = withHashes(new Set([0]), pattern)
  for (const word of routingKey.split('.')) {
    const next = new Set<number>()
    for (const at of reachable) {
      if (pattern[at] === '#') next.add(at)
      else if (pattern[at] === '*' || pattern[at] === word) next.add(at + 1)
    }
    reachable = withHashes(next, pattern)
  }
  return reachable.has(pattern.length)
}

/** `#` may stand for no word. */
function withHashes(places: Set<number>, pattern: readonly string[]): ReadonlySet<number> {
  for (const at of places) if (pattern[at] === '#') places.add(at + 1)
  return places
}
