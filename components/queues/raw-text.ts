/** What `JSON.parse` gives its reviver besides, and what keeps the digits of a number (both in browsers of 2025). */
type Exact = { readonly rawJSON?: (text: string) => unknown }

/** A message for reading: JSON is laid out on lines, its numbers to the digit; anything else stays as it is. */
export function layOut(raw: string): string {
  const { rawJSON } = JSON as JSON & Exact // where it is missing it is undefined, which is looked at
  // An older browser hands no source, and gets what it can hold.
  const exactly = (_: string, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' && rawJSON !== undefined && context?.source !== undefined
      ? rawJSON(context.source)
      : value
  try {
    return JSON.stringify(JSON.parse(raw, exactly), null, 2)
  } catch {
    return raw
  }
}
