/**
 * JSON as Flower writes it: Python's separators, everything beyond ASCII escaped, and `</` broken up by Tornado. Some
 * scripts compare texts, and a checksum of both must be the same.
 */
export function flowerJson(value: unknown): string {
  if (typeof value === 'string') return flowerText(value)
  if (Array.isArray(value)) return `[${value.map(flowerJson).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, part]) => part !== undefined)
    return `{${entries.map(([key, part]) => `${flowerText(key)}: ${flowerJson(part)}`).join(', ')}}`
  }
  return JSON.stringify(value) ?? 'null'
}

export function flowerText(text: string): string {
  const quoted = JSON.stringify(text)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
  if (!/[^\u0000-\u007f]|<\//.test(quoted)) return quoted
  return (
    quoted
      .replaceAll('</', '<\\/')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
      .replace(/[^\u0000-\u007f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  )
}

/** A Python float: whole ones keep their point. */
export function flowerFloat(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return 'null'
  return Number.isInteger(value) && Math.abs(value) < 1e16 ? `${value}.0` : String(value)
}
