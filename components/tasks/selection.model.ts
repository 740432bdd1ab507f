/** All ids between two of a list, both included, whichever comes first. Only the second when the first is not there. */
export function rangeOf(order: readonly string[], from: string, to: string): readonly string[] {
  const start = order.indexOf(from)
  const end = order.indexOf(to)
  if (end < 0) return []
  if (start < 0) return [to]
  return order.slice(Math.min(start, end), Math.max(start, end) + 1)
}
