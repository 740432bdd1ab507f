export type EndLabel = { readonly index: number; readonly y: number }

/**
 * Where the names at the ends of lines go: at their line, but never closer than `gap` to each other and inside
 * `[0, height]`. Labels keep the order of their lines.
 */
export function placeEndLabels(
  ends: readonly { readonly index: number; readonly y: number }[],
  height: number,
  gap: number,
): readonly EndLabel[] {
  const sorted = [...ends].sort((a, b) => a.y - b.y || a.index - b.index)
  const placed: { index: number; y: number }[] = []
  let least = 0
  for (const end of sorted) {
    const y = Math.max(end.y, least)
    placed.push({ index: end.index, y })
    least = y + gap
  }
  let most = height
  for (const label of placed.reverse()) {
    label.y = Math.min(label.y, most)
    most = label.y - gap
  }
  return placed.reverse()
}
