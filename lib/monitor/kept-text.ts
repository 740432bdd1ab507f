/**
 * Text as it is kept for long: bounded, shared where it repeats, and never a piece of something larger. A slice of a
 * string keeps the whole string in memory, so whatever is cut is copied.
 */

/** `text`, or its first `maxBytes` bytes and a mark that says how long it was. */
export function clipText(text: string, maxBytes: number): string {
  // No character has more than three bytes a code unit.
  if (text.length * 3 <= maxBytes) return text
  const bytes = Buffer.byteLength(text)
  if (bytes <= maxBytes) return text
  let end = Math.min(text.length, maxBytes)
  while (Buffer.byteLength(text.slice(0, end)) > maxBytes) end = Math.floor(end * 0.9)
  if (isHighSurrogate(text.charCodeAt(end - 1))) end--
  return copyText(`${text.slice(0, end)}... ${bytes} bytes`)
}

/** `text`, or its last lines of at most `maxLength` characters: the end of a traceback says what it was. */
export function endOfText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  const end = text.slice(-maxLength)
  return `…\n${end.slice(end.indexOf('\n') + 1)}`
}

/** The same text in memory of its own. */
export function copyText(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le')
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

/** Gives equal texts as one string: 100,000 tasks have a few dozen names. Starts again when `max` texts are known. */
export function createInterner(max: number, maxLength = 255): (text: string) => string {
  const known = new Map<string, string>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    if (known.size >= max) known.clear()
    const kept = copyText(text.slice(0, maxLength))
    known.set(kept, kept)
    return kept
  }
}
