import { numberRepr } from '../../protocol/repr.ts'
import { WholeFloat } from '../../protocol/whole-float.ts'

/**
 * JSON as Flower writes it: Python's separators, everything beyond ASCII escaped, and `</` broken up by Tornado. Some
 * scripts compare texts, and a checksum of both must be the same.
 */
export function flowerJson(value: unknown): string {
  if (typeof value === 'string') return flowerText(value)
  if (Array.isArray(value)) return `[${value.map(flowerJson).join(', ')}]`
  if (value instanceof WholeFloat) return String(value)
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, part]) => part !== undefined)
    return `{${entries.map(([key, part]) => `${flowerText(key)}: ${flowerJson(part)}`).join(', ')}}`
  }
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? numberRepr(value) : numberWord(value)
  return JSON.stringify(value) ?? 'null'
}

/** As Python's json writes them, and reads them again. */
function numberWord(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  return value > 0 ? 'Infinity' : '-Infinity'
}

export function flowerText(text: string): string {
  const quoted = JSON.stringify(text)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII but DEL is meant
  if (!/[^\u0000-\u007e]|<\//.test(quoted)) return quoted
  return (
    quoted
      .replaceAll('</', '<\\/')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII but DEL is meant
      .replace(/[^\u0000-\u007e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  )
}

/** A Python float: whole ones keep their point. */
export function flowerFloat(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return 'null'
  return Number.isInteger(value) && Math.abs(value) < 1e16 ? `${value}.0` : numberRepr(value)
}
