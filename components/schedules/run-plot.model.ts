import { formatAgo } from '../ui/format.ts'
import type { RunChartModel } from './run-chart.model.ts'
import { runMs } from './schedule-list.model.ts'

const PX_PER_LABEL = 96

/** The times below the bars: evenly spread, and only as many as there is room for. */
export function timeLabels(
  model: RunChartModel,
  step: number,
): readonly { readonly index: number; readonly label: string }[] {
  const every = Math.max(1, Math.ceil(PX_PER_LABEL / step))
  const newest = model.bars.at(-1)
  const nowMs = (newest === undefined ? null : runMs(newest.run)) ?? 0
  return model.bars.flatMap(({ run }, index) => {
    const at = runMs(run)
    // A label at the very end would be cut off.
    if (index % every !== 0 || at === null || index > model.bars.length - 1 - 24 / step) return []
    return [{ index, label: labelOf(at, nowMs) }]
  })
}

/** A day where runs are days apart, else a time of day. */
function labelOf(atMs: number, newestMs: number): string {
  const at = new Date(atMs)
  const pad = (value: number) => String(value).padStart(2, '0')
  if (new Date(newestMs).toDateString() === at.toDateString()) return `${pad(at.getHours())}:${pad(at.getMinutes())}`
  // Beyond the hour that formatAgo counts in: it writes the day.
  return formatAgo(atMs, newestMs + 2 * 86_400_000)
}
