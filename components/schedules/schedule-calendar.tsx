'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { ChartGantt, Table2 } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { messageOf } from '../../lib/errors.ts'
import type { ScheduleCalendar as Calendar, ScheduleRowView } from '../../lib/live/schedule-views.ts'
import { timeTicks } from '../charts/time-ticks.ts'
import { request } from '../live/http.ts'
import { useNow } from '../ui/clock.ts'
import { Empty } from '../ui/empty.tsx'
import { formatDuration, plural } from '../ui/format.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { Link } from '../ui/link.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { calendarRows } from './calendar.model.ts'
import { CalendarLane } from './calendar-lane.tsx'
import { CalendarLoad } from './calendar-load.tsx'
import { CalendarTable } from './calendar-table.tsx'
import { scheduleHref } from './schedule-href.ts'
import { viewerZone } from './zone-time.ts'

const HOURS = 24
const REFRESH_MS = 5 * 60_000
const ROW_PX = 28
const MOST_TICKS = 12

/** The coming day: a row for each entry, a bar for each run. It is asked for anew when entries come, go or change. */
export function ScheduleCalendar({ rows }: { readonly rows: readonly ScheduleRowView[] }) {
  const { calendar, error } = useCalendar(rows)
  const lanes = useMemo(() => (calendar === null ? [] : calendarRows(calendar)), [calendar])
  const [asTable, setAsTable] = useState(false)
  const overlapping = lanes.filter((lane) => lane.overlaps > 0).length
  if (calendar === null) {
    return error === null ? <Skeleton rows={10} /> : <Empty title="The calendar cannot be shown">{error}</Empty>
  }
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2 text-fg-2 text-sm">
        <p className="min-w-0">
          {lanes.length === 0 ? 'Nothing is due' : `${plural(lanes.length, 'schedule')} due`} in the next 24 hours
          {overlapping > 0 && (
            <span className="font-medium text-bad">{` · ${plural(overlapping, 'schedule')} may overlap with itself`}</span>
          )}
        </p>
        <span className="text-2xs text-fg-3">{`times in ${viewerZone()}; bars are as long as a run usually takes`}</span>
        <IconButton
          icon={asTable ? ChartGantt : Table2}
          label={asTable ? 'View as calendar' : 'View as table'}
          className="ml-auto"
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
        />
      </div>
      {asTable ? <CalendarTable lanes={lanes} /> : <Lanes calendar={calendar} lanes={lanes} />}
    </>
  )
}

type LanesProps = { readonly calendar: Calendar; readonly lanes: ReturnType<typeof calendarRows> }

function Lanes({ calendar, lanes }: LanesProps) {
  const scroller = useRef<HTMLElement>(null)
  const { fromMs, toMs } = calendar
  const now = useNow(60_000)
  const virtualizer = useVirtualizer({
    count: lanes.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => lanes[index]?.id ?? index,
    overscan: 8,
  })
  const ticks = timeTicks(fromMs, toMs, MOST_TICKS).map(({ atMs, label }) => ({
    label,
    share: (atMs - fromMs) / (toMs - fromMs),
  }))
  const nowShare = Math.min(1, Math.max(0, (now - fromMs) / (toMs - fromMs)))
  return (
    <section
      ref={scroller}
      aria-label="Calendar"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (axe: scrollable-region-focusable)
      tabIndex={0}
      className="ring-inside scroll-thin relative min-h-0 flex-1 overflow-x-hidden overflow-y-auto border-t border-line bg-surface"
    >
      <div className={`sticky top-0 z-10 border-b border-line bg-surface ${GRID}`}>
        <span className="px-2 pt-1 text-2xs text-fg-3">Runs an hour</span>
        <div className="relative mr-3">
          <CalendarLoad calendar={calendar} />
          <div className="relative h-5" aria-hidden>
            {ticks.map(({ label, share }, i) => (
              <span
                key={share}
                className={`absolute top-0.5 -translate-x-1/2 text-2xs text-fg-3 whitespace-nowrap ${i % 3 === 0 ? '' : 'max-md:hidden'}`}
                style={{ left: `${share * 100}%` }}
              >
                {label}
              </span>
            ))}
          </div>
        </div>
      </div>
      <ul aria-label="Runs of the next 24 hours" className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const lane = lanes[item.index]
          if (lane === undefined) return null
          return (
            <li
              key={lane.id}
              className={`absolute inset-x-0 top-0 items-center border-b border-line/60 hover:bg-hover ${GRID}`}
              style={{ transform: `translateY(${item.start}px)`, height: item.size }}
            >
              <Link
                href={scheduleHref(lane.id)}
                prefetch={false}
                className="ring-inside block min-w-0 truncate px-2 text-sm hover:underline hover:underline-offset-2"
                data-tip={lane.usualMs === null ? lane.name : `${lane.name}\nusually ${formatDuration(lane.usualMs)}`}
              >
                {lane.name}
              </Link>
              <div className="relative mr-3 h-full">
                {ticks.map(({ share }) => (
                  <span
                    key={share}
                    className="absolute inset-y-0 w-px bg-line/60"
                    style={{ left: `${share * 100}%` }}
                  />
                ))}
                <CalendarLane lane={lane} />
                {nowShare > 0 && (
                  <span className="absolute inset-y-0 w-px bg-accent" style={{ left: `${nowShare * 100}%` }} />
                )}
              </div>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

const GRID = 'grid grid-cols-[minmax(8rem,16rem)_minmax(0,1fr)] max-md:grid-cols-[7rem_minmax(0,1fr)]'

/** The calendar as of now; when and whether entries run is what it depends on. */
function useCalendar(rows: readonly ScheduleRowView[]) {
  const [calendar, setCalendar] = useState<Calendar | null>(null)
  const [error, setError] = useState<string | null>(null)
  const [turn, setTurn] = useState(0)
  const key = useMemo(
    () => rows.map((row) => `${row.id} ${row.expression} ${row.zone} ${row.enabled}`).join('\n'),
    [rows],
  )
  useEffect(() => {
    const ended = new AbortController()
    request<Calendar>(`/umbel/schedules/calendar?hours=${HOURS}`, { signal: ended.signal }).then(
      (answer) => {
        if (ended.signal.aborted) return
        setError(null)
        setCalendar(answer)
      },
      (thrown: unknown) => !ended.signal.aborted && setError(messageOf(thrown)),
    )
    const timer = setTimeout(() => setTurn(turn + 1), REFRESH_MS)
    return () => {
      clearTimeout(timer)
      ended.abort()
    }
  }, [key, turn])
  return { calendar, error }
}
