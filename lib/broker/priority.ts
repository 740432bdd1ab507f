/** The priority a message asks for: 0 to 9, 0 when it is no number (kombu's rule). */
export function clampPriority(priority: unknown): number {
  const number = typeof priority === 'number' || typeof priority === 'string' ? Math.trunc(Number(priority)) : 0
  return Number.isNaN(number) ? 0 : Math.min(9, Math.max(0, number))
}

/** The place among ascending `steps` of the largest one that is not above `priority`. */
export function stepIndex(steps: readonly number[], priority: number): number {
  return Math.max(
    0,
    steps.findLastIndex((step) => step <= priority),
  )
}
