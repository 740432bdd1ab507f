/** A value read from Python as lines of a tree. Pure. */

/** What is inside of it, by name or place; null when it is a single value. */
export function entriesOf(value: unknown): readonly (readonly [string, unknown])[] | null {
  if (Array.isArray(value)) return value.map((item, i) => [String(i), item] as const)
  if (value instanceof Map) return [...value].map(([key, item]) => [String(key), item] as const)
  if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) return Object.entries(value)
  return null
}

export function shapeOf(value: unknown, count: number): string {
  const word = count === 1 ? 'item' : 'items'
  return Array.isArray(value) ? `[${count} ${word}]` : `{${count} ${word}}`
}

/** As Python writes it. */
export function scalarText(value: unknown): { readonly text: string; readonly kind: 'text' | 'number' | 'none' } {
  if (value === null || value === undefined) return { text: 'None', kind: 'none' }
  if (typeof value === 'boolean') return { text: value ? 'True' : 'False', kind: 'number' }
  if (typeof value === 'bigint' || typeof value === 'number') return { text: String(value), kind: 'number' }
  if (typeof value === 'string') return { text: JSON.stringify(value), kind: 'text' }
  if (value instanceof Uint8Array) return { text: `bytes, ${value.length} long`, kind: 'text' }
  if (Array.isArray(value)) return { text: '[]', kind: 'none' }
  return { text: '{}', kind: 'none' }
}
