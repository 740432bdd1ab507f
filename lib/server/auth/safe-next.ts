/** Longest address that is kept while somebody logs in; it travels in a cookie. */
const NEXT_MOST = 1_000

/**
 * Where to go after the log-in: the path that was asked for, when it is a path of this site (flower.md 5.3). Null for
 * everything that a browser could read as another site's: `//evil`, `/\evil`, a scheme, a tab or newline in between.
 */
export function safeNext(next: string | null): string | null {
  if (next === null || next.length > NEXT_MOST || !/^\/(?![/\\])[\x21-\x7e]*$/.test(next)) return null
  // What a browser would make of it, asked of the same algorithm.
  const base = 'http://umbel.invalid'
  const url = URL.canParse(next, base) ? new URL(next, base) : null
  if (url === null || url.origin !== base || /^\/[/\\]/.test(url.pathname)) return null
  return /^\/log(in|out)\/?$/.test(url.pathname) ? null : next
}
