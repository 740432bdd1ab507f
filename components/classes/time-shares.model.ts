import { type ClassNumbersView, TIME_PARTS, type TimePart } from '../../lib/live/class-views.ts'

export const PART_WORDS: Readonly<Record<TimePart, { readonly label: string; readonly tip: string }>> = {
  broker: { label: 'in the broker', tip: 'From sent until a worker took it' },
  eta: { label: 'until its time', tip: 'Held by a worker until its ETA or countdown' },
  prefetch: { label: 'held by the worker', tip: 'Taken ahead, waiting for a free slot' },
  run: { label: 'running', tip: 'In a slot, all its runs together' },
  'back-off': { label: 'before retries', tip: 'From a retry until it may run again' },
}

export interface PartShare {
  readonly part: TimePart
  /** The mean of a task; null = no event tells it. */
  readonly ms: number | null
  /** Of the whole, 0..1. */
  readonly share: number
}

/** The parts in the order of a task's life. Those that never took any time are left out, running never is. */
export function partShares({ timeMs }: Pick<ClassNumbersView, 'timeMs'>): readonly PartShare[] {
  const total = TIME_PARTS.reduce((sum, part) => sum + (timeMs[part] ?? 0), 0)
  return TIME_PARTS.filter((part) => timeMs[part] === null || (timeMs[part] ?? 0) > 0 || part === 'run').map(
    (part) => ({
      part,
      ms: timeMs[part],
      share: total === 0 ? 0 : (timeMs[part] ?? 0) / total,
    }),
  )
}
