/** How one series of a chart is drawn. Colour is never alone: a dash, a hatch or a label at the line says it too. */
export type SeriesStyle = {
  /** The series' name in the ChartView. */
  readonly name: string
  readonly label: string
  /** A CSS colour, `var(--chart-…)`. */
  readonly color: string
  /** `stroke-dasharray`; undefined is a solid line. */
  readonly dash?: string
  /** Fills of failures are hatched (ux.md 8.3). */
  readonly hatch?: boolean
}

export const LONG_DASH = '8 3'

/** The palette of ux.md 8.3 for names that have no colour of their own. Red comes last: it looks like a verdict. */
const PALETTE = [
  'var(--chart-running)',
  'var(--chart-succeeded)',
  'var(--chart-retried)',
  'var(--chart-revoked)',
  'var(--chart-waiting)',
  'var(--chart-failed)',
] as const
const DASHES = [undefined, '14 2', '5 2', '14 2 2 2', '2 2', '8 2 2 2 2 2'] as const
/** The colours before red. */
const CALM = PALETTE.length - 1
const OTHER = 'other'

/**
 * A style for each name: the same name has the same colour on every page, as long as no two names on one chart would
 * share it. `other` is the grey dotted rest.
 */
export function styleByName(names: readonly string[]): readonly SeriesStyle[] {
  const taken = new Set<number>()
  const index = new Map<string, number>()
  for (const name of [...names].sort()) {
    if (name === OTHER) continue
    const start = hash(name) % CALM
    const steps = Array.from({ length: CALM }, (_, step) => (start + step) % CALM)
    const slot = steps.find((candidate) => !taken.has(candidate)) ?? CALM
    taken.add(slot)
    index.set(name, slot)
  }
  return names.map((name) => {
    const slot = index.get(name)
    if (slot === undefined) return { name, label: 'other', color: 'var(--fg-3)', dash: '1 4' }
    const dash = DASHES[slot % DASHES.length]
    return { name, label: name, color: PALETTE[slot % PALETTE.length] ?? PALETTE[0], ...(dash && { dash }) }
  })
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value >>> 0
}
