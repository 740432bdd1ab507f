import type { RunBinView } from '../../lib/live/class-views.ts'
import { formatDuration } from '../ui/format.ts'

/** "150 ms to 200 ms" */
export function binWords({ fromMs, toMs }: RunBinView): string {
  return fromMs === 0 ? `under ${formatEdge(toMs)}` : `${formatEdge(fromMs)} to ${formatEdge(toMs)}`
}

/** The search that finds the runs of a bin: `run:>=150ms run:<200ms`. */
export function binTerms({ fromMs, toMs }: RunBinView): string {
  return fromMs === 0 ? `run:<${toMs}ms` : `run:>=${fromMs}ms run:<${toMs}ms`
}

/** Edges are round numbers: `1.5 s`, not `1.50 s`. */
export function formatEdge(ms: number): string {
  if (ms >= 1_000 && ms < 60_000) return `${Number((ms / 1_000).toPrecision(3))} s`
  return formatDuration(ms)
}
