/** The first 8 characters of an id: enough to recognise a task by. */
export function shortId(id: string): string {
  return id.slice(0, 8)
}
