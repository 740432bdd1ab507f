/** The page of all tasks of one name. Apart from searches: who links to it need not load how they are read. */
export function classHref(task: string): string {
  return `/class/${encodeURIComponent(task)}`
}
