import { useMemo } from 'react'
import type { ScheduleCalendar } from '../../lib/live/schedule-views.ts'
import { formatCount, formatTime } from '../ui/format.ts'
import { calendarLoad } from './calendar.model.ts'

const PARTS = 24

/** How many runs each hour brings, over all entries: where everything is at once. */
export function CalendarLoad({ calendar }: { readonly calendar: ScheduleCalendar }) {
  const load = useMemo(() => calendarLoad(calendar, PARTS), [calendar])
  const most = load.reduce((best, part) => (part.runs > best.runs ? part : best), { fromMs: 0, runs: 0 })
  const label =
    most.runs === 0
      ? 'No run is due'
      : `At most ${formatCount(most.runs)} runs an hour, from ${formatTime(most.fromMs).slice(0, 5)} on`
  return (
    <div role="img" aria-label={label} className="flex h-8 items-end pt-1">
      {load.map((part) => (
        <span key={part.fromMs} className="h-full flex-1 px-px" data-tip={tip(part)}>
          <span className="flex h-full items-end">
            <span
              className="w-full rounded-t-[1px] bg-chart-waiting/50"
              style={{ height: part.runs === 0 ? 0 : `${Math.max(6, (part.runs / most.runs) * 100)}%` }}
            />
          </span>
        </span>
      ))}
    </div>
  )
}

function tip({ fromMs, runs }: { readonly fromMs: number; readonly runs: number }): string {
  return `${formatCount(runs)} from ${formatTime(fromMs).slice(0, 5)} on`
}
