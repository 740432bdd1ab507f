/**
 * The name in the last part of an address, `/queue/<name>`. Next hands it over encoded or, for some characters, decoded
 * already; a name that is not a valid encoding is the name itself.
 */
export function nameOfPath(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
