/** Where a path of ours is seen from outside: the one place that knows of a prefix. */
export function withPrefix(path: string): string {
  return path
}
