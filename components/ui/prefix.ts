/**
 * The path below which Umbel lives (`--url-prefix`), in the browser. Links and the router add it by themselves
 * (link.tsx, navigation.ts); what asks for an address in another way says it with this.
 */
export function withPrefix(path: string): string {
  return (typeof document === 'undefined' ? '' : (document.documentElement.dataset['prefix'] ?? '')) + path
}

/** The path of the browser without the prefix. */
export function withoutPrefix(path: string, prefix: string): string {
  if (prefix === '' || (path !== prefix && !path.startsWith(`${prefix}/`))) return path
  return path.slice(prefix.length) || '/'
}
