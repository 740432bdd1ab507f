/**
 * Looks into the text of a Python value (`(42, {'user': {'id': 7}})`) without evaluating it. Works on text that was cut
 * off too, as far as it goes: workers shorten what is long.
 */

/** The parts of a tuple, list or dict, as text; keys without their quotes. Empty for anything else. */
export function reprParts(text: string): readonly { readonly key: string; readonly value: string }[] {
  const open = text[0]
  if (open !== '(' && open !== '[' && open !== '{') return []
  const parts: { key: string; value: string }[] = []
  for (let at = 1; at < text.length; ) {
    const end = endOfPart(text, at)
    const part = text.slice(at, end).trim()
    if (part !== '') {
      const colon = open === '{' ? endOfKey(part) : -1
      const key = colon < 0 ? String(parts.length) : plainText(part.slice(0, colon))
      parts.push({ key, value: colon < 0 ? part : part.slice(colon + 1).trim() })
    }
    if (text[end] !== ',') break
    at = end + 1
  }
  return parts
}

/** The text of the value at a path of keys and indexes, without quotes; null when it is not there. */
export function reprAt(text: string, path: readonly string[]): string | null {
  let value = text
  for (const step of path) {
    const wanted = step.toLowerCase()
    const part = reprParts(value).find(({ key }) => key.toLowerCase() === wanted)
    if (part === undefined) return null
    value = part.value
  }
  return plainText(value)
}

/** A string literal's text; anything else as it is. */
export function plainText(value: string): string {
  const quote = value[0]
  if (quote !== "'" && quote !== '"') return value
  const end = endOfString(value, 0)
  const inner = value.slice(1, value[end - 1] === quote && end > 1 ? end - 1 : end)
  return inner.includes('\\') ? inner.replace(/\\(['"\\nt])/g, (_, one: string) => ESCAPES.get(one) ?? one) : inner
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
])

/** Where the part that begins at `from` ends: at a comma or a closing bracket outside strings and brackets. */
function endOfPart(text: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    switch (text[at]) {
      case "'":
      case '"':
        at = endOfString(text, at) - 1
        break
      case '(':
      case '[':
      case '{':
        depth++
        break
      case ')':
      case ']':
      case '}':
        if (depth-- === 0) return at
        break
      case ',':
        if (depth === 0) return at
    }
  }
  return text.length
}

function endOfKey(part: string): number {
  let at = 0
  while (at < part.length && part[at] !== ':')
    at = part[at] === "'" || part[at] === '"' ? endOfString(part, at) : at + 1
  return at < part.length ? at : -1
}

/** Past the closing quote of the string that opens at `open`. */
function endOfString(text: string, open: number): number {
  const quote = text[open]
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === quote) return at + 1
  }
  return text.length
}
