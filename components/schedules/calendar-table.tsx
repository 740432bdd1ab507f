import { useMemo } from 'react'
import { Link } from '../ui/link.tsx'
import { Ago, Duration } from '../ui/numbers.tsx'
import { type CalendarRow, calendarMoments, everyText } from './calendar.model.ts'
import { scheduleHref } from './schedule-href.ts'
import { formatInZone, viewerZone } from './zone-time.ts'

const MOST = 500

/** The same runs as a list, for who can't, or would rather not, read the picture. */
export function CalendarTable({ lanes }: { readonly lanes: readonly CalendarRow[] }) {
  const moments = useMemo(() => calendarMoments(lanes, MOST), [lanes])
  const bands = useMemo(() => new Map(lanes.flatMap((lane) => (lane.band === null ? [] : [[lane.id, lane]]))), [lanes])
  const zone = viewerZone()
  return (
    <section
      aria-label="Runs of the next 24 hours, as a table"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (axe: scrollable-region-focusable)
      tabIndex={0}
      className="ring-inside scroll-thin min-h-0 flex-1 overflow-auto border-t border-line bg-surface"
    >
      <table className="w-full text-left text-sm">
        <thead className="sticky top-0 bg-surface text-2xs text-fg-3">
          <tr className="border-b border-line">
            {['When', 'In', 'Schedule', 'Usually takes', 'Note'].map((head) => (
              <th key={head} scope="col" className="h-8 px-2 font-medium">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {moments.map(({ atMs, id, name, usualMs, overlaps }) => {
            const lane = bands.get(id)
            const band = lane?.band ?? null
            return (
              <tr key={`${id} ${atMs}`} className="border-b border-line/60">
                <td className="h-row px-2 whitespace-nowrap">{formatInZone(atMs, zone, atMs)}</td>
                <td className="px-2 whitespace-nowrap text-fg-2">
                  <Ago ms={atMs} />
                </td>
                <td className="px-2 break-all">
                  <Link href={scheduleHref(id)} prefetch={false} className="link">
                    {name}
                  </Link>
                </td>
                <td className="px-2 whitespace-nowrap text-fg-2">
                  <Duration ms={usualMs} unknown="Not known yet" />
                </td>
                <td className="px-2">
                  {band !== null && <span className="text-fg-2">and on, {everyText(band.everyMs)} </span>}
                  {overlaps && <span className="text-bad">may overlap with the run before</span>}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
      {moments.length === MOST && <p className="px-2 py-2 text-fg-3 text-xs">The first {MOST} are shown.</p>}
    </section>
  )
}
