/** A message for reading: JSON is laid out on lines, anything else stays as it is. */
export function layOut(raw: string): string {
  try {
    return JSON.stringify(JSON.parse(raw), null, 2)
  } catch {
    return raw
  }
}
