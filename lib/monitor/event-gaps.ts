/** The holes in the event stream that are known of, newest last, at most `maxGaps`. */
import type { GapView } from '../live/views.ts'
import type { Missing } from './missed-events.ts'

export interface EventGaps {
  list(): readonly GapView[]
  /** Events known to be missing, all gaps together, also those that are no longer listed. */
  readonly missed: number
  /** The subscription was interrupted: whatever was sent meanwhile is gone. */
  interrupted(fromMs: number, toMs: number): void
  /** More came than could be read and kept. */
  overflowed(fromMs: number, toMs: number): void
  /** A worker's own count shows a hole. Within an interruption it only tells how large that was. */
  found(missing: Missing): void
  /** Tasks that were put right afterwards, for the newest gap. */
  repaired(count: number): void
  onGap(listener: (gap: GapView) => void): () => void
}

/** A hole that ends this long after an interruption, as the heartbeats show it, is still that one. */
const SAME_GAP_MS = 30_000
const OVERFLOWED = 'Events came faster than they can be read.'
const INTERRUPTED = 'The connection to the broker was interrupted.'

export function createEventGaps(maxGaps: number): EventGaps {
  const gaps: GapView[] = []
  const listeners = new Set<(gap: GapView) => void>()
  let missed = 0
  let made = 0

  function put(at: number, gap: GapView): void {
    gaps[at] = gap
    if (gaps.length > maxGaps) gaps.shift()
    for (const listener of listeners) listener(gap)
  }

  function open(fromMs: number, toMs: number, why: string, count: number | null): void {
    put(gaps.length, { id: `gap-${++made}`, fromMs, toMs, why, missed: count, repaired: 0 })
  }

  return {
    list: () => [...gaps],
    get missed() {
      return missed
    },
    interrupted: (fromMs, toMs) => open(fromMs, toMs, INTERRUPTED, null),
    overflowed: (fromMs, toMs) => open(fromMs, toMs, OVERFLOWED, null),
    found({ worker, fromMs, toMs, count }) {
      missed += count
      const same = gaps.findLastIndex(
        (gap) => fromMs <= gap.toMs && toMs >= gap.fromMs && toMs <= gap.toMs + SAME_GAP_MS,
      )
      const gap = gaps[same]
      if (gap !== undefined) {
        put(same, { ...gap, missed: (gap.missed ?? 0) + count })
        return
      }
      const why = `${worker} began ${count} ${count === 1 ? 'task' : 'tasks'} whose events did not arrive.`
      open(fromMs, toMs, why, count)
    },
    repaired(count) {
      const gap = gaps.at(-1)
      if (gap !== undefined && count > 0) put(gaps.length - 1, { ...gap, repaired: gap.repaired + count })
    },
    onGap(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
