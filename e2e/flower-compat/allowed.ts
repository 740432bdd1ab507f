/** Where Umbel differs on purpose: named here and in docs/flower-compatibility.md, and nowhere else. */
export interface AllowedDifference {
  /** As the page has it. */
  readonly name: string
  /** Names of requests (or all that begin so, with `*`). */
  readonly requests: readonly string[]
  /** What Umbel answers. */
  readonly status: number
}

export const ALLOWED: readonly AllowedDifference[] = [
  { name: 'sort-by-empty', requests: ['GET /api/tasks?sort_by='], status: 400 },
]

export function allowedFor(request: string): AllowedDifference | null {
  const matches = (pattern: string) =>
    pattern.endsWith('*') ? request.startsWith(pattern.slice(0, -1)) : pattern === request
  return ALLOWED.find(({ requests }) => requests.some(matches)) ?? null
}
