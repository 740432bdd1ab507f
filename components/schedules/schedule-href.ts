/** The page of an entry: `<source>/<name>`, where the name may hold anything. */
export function scheduleHref(id: string): string {
  const slash = id.indexOf('/')
  return `/schedule/${encodeURIComponent(id.slice(0, slash))}/${encodeURIComponent(id.slice(slash + 1))}`
}
