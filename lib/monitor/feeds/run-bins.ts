/** Run times in bins that grow with them: six to a factor of ten, or three where they lie far apart. */
import type { RunBinView } from '../../live/class-views.ts'

const STEPS = [1, 1.5, 2, 3, 5, 7]
const DECADES = 8
/** Milliseconds: 0, then 1 ms to over a day. */
const EDGES: readonly number[] = [
  0,
  ...Array.from({ length: DECADES }, (_, decade) => STEPS.map((step) => step * 10 ** decade)).flat(),
]
/** More bars than these are hard to tell apart. */
const MOST_BINS = 16

export interface RunBins {
  add(runMs: number): void
  /** From the first to the last bin that holds a run, those between them that hold none too. */
  view(): readonly RunBinView[]
}

export function createRunBins(): RunBins {
  const counts = new Uint32Array(EDGES.length)
  return {
    add(runMs) {
      const bin = binOf(runMs)
      counts[bin] = (counts[bin] ?? 0) + 1
    },
    view() {
      const fine = occupied(EDGES.map((fromMs, i) => ({ fromMs, toMs: endOf(i), count: counts[i] ?? 0 })))
      return fine.length <= MOST_BINS ? fine : occupied(inPairs())
    },
  }

  /** 0–1, then 1–2, 2–5, 5–10. */
  function inPairs(): readonly RunBinView[] {
    const coarse: RunBinView[] = [{ fromMs: 0, toMs: endOf(0), count: counts[0] ?? 0 }]
    for (let i = 1; i < EDGES.length; i += 2) {
      coarse.push({ fromMs: EDGES[i] ?? 0, toMs: endOf(i + 1), count: (counts[i] ?? 0) + (counts[i + 1] ?? 0) })
    }
    return coarse
  }
}

/** The last bin that begins at or before it; clocks apart make negative times. */
function binOf(runMs: number): number {
  let low = 0
  let high = EDGES.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((EDGES[middle] ?? 0) <= runMs) low = middle
    else high = middle - 1
  }
  return low
}

function endOf(bin: number): number {
  return EDGES[bin + 1] ?? 10 ** DECADES
}

function occupied(bins: readonly RunBinView[]): readonly RunBinView[] {
  const isUsed = (bin: RunBinView) => bin.count > 0
  return bins.slice(Math.max(0, bins.findIndex(isUsed)), bins.findLastIndex(isUsed) + 1)
}
