/** What a person types into the Retry dialog, checked as Python literals before it is sent. Pure. */
import { parsePythonLiteral } from '../../lib/protocol/literal.ts'

/** Why this is no list of positional arguments, in a sentence; null when it is one. */
export function problemOfArgs(text: string): string | null {
  if (text.trim() === '') return 'Enter them; () for none.'
  const parsed = parsePythonLiteral(text.trim())
  if (!parsed.ok) return `Not a Python literal: ${parsed.detail}.`
  return Array.isArray(parsed.value) ? null : 'Positional arguments are a tuple or a list: (42, "de")'
}

/** Why these are no keyword arguments, in a sentence; null when they are. */
export function problemOfKwargs(text: string): string | null {
  if (text.trim() === '') return 'Enter them; {} for none.'
  const parsed = parsePythonLiteral(text.trim())
  if (!parsed.ok) return `Not a Python literal: ${parsed.detail}.`
  const { value } = parsed
  const isDict = typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  return isDict ? null : "Keyword arguments are a dict: {'full': True}"
}
