import { formatDuration, formatMoment, plural } from '../ui/format.ts'
import { type CalendarRow, everyText } from './calendar.model.ts'

/** The runs of one entry: a bar each, or a band where they are too close to be told apart. */
export function CalendarLane({ lane }: { readonly lane: CalendarRow }) {
  const { band, bars } = lane
  return (
    <span role="img" aria-label={laneText(lane)} className="absolute inset-0">
      {band !== null && (
        <span
          className={`absolute inset-y-1.5 flex items-center overflow-hidden rounded-sm border px-1.5 text-2xs whitespace-nowrap ${
            lane.overlaps > 0 ? 'border-bad text-bad' : 'border-chart-running/50 text-fg-2'
          }`}
          style={{ left: percent(band.from), width: percent(band.to - band.from), background: BAND }}
          data-tip={laneText(lane)}
        >
          {`${everyText(band.everyMs)}`}
        </span>
      )}
      {bars.map((bar) => (
        <span
          key={bar.atMs}
          className={`absolute inset-y-1.5 min-w-1 rounded-[1px] ${bar.overlaps ? 'border-l border-bad' : ''}`}
          style={{
            left: percent(bar.from),
            width: percent(bar.to - bar.from),
            background: bar.overlaps ? STRIPES : 'var(--chart-running)',
          }}
          data-tip={`${formatMoment(bar.atMs).slice(0, 19)}${bar.overlaps ? '\nmay begin before the run before it has ended' : ''}`}
        />
      ))}
    </span>
  )
}

const BAND =
  'repeating-linear-gradient(90deg, color-mix(in oklab, var(--chart-running) 22%, transparent) 0 2px, transparent 2px 5px)'
const STRIPES =
  'repeating-linear-gradient(135deg, var(--bad) 0 1.5px, color-mix(in oklab, var(--bad) 14%, var(--surface)) 1.5px 5px)'

function laneText({ name, band, count, more, firstMs, usualMs, overlaps }: CalendarRow): string {
  const runs = plural(count + more, 'run')
  const pace = band === null ? '' : `, ${everyText(band.everyMs)}`
  const usual = usualMs === null ? '' : `, usually ${formatDuration(usualMs)}`
  const over = overlaps === 0 ? '' : `, ${overlaps} may overlap`
  return `${name}: ${runs}${pace}, first at ${formatMoment(firstMs).slice(11, 16)}${usual}${over}`
}

function percent(share: number): string {
  return `${(share * 100).toFixed(3)}%`
}
