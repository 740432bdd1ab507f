import type { ScheduleRunOutcome, ScheduleRunView } from '../../lib/live/schedule-views.ts'
import { BAR_STEP, BARS_HEIGHT, runBars, runsSummary } from './run-bars.model.ts'

const MOST = 30
const WIDTH = MOST * BAR_STEP
const BAR = 3

const FILLS: Readonly<Record<ScheduleRunOutcome, string>> = {
  succeeded: 'fill-chart-succeeded',
  failed: 'fill-chart-failed',
  running: 'fill-chart-running',
  sent: 'fill-chart-waiting',
  skipped: 'fill-none stroke-chart-waiting',
  missed: 'fill-none stroke-bad',
}

/** The last runs as small bars: as high as they took, coloured by outcome; a cross for a missed one, a dot for a late one. */
export function RunBars({ runs }: { readonly runs: readonly ScheduleRunView[] }) {
  const summary = runsSummary(runs)
  return (
    <svg
      role="img"
      aria-label={summary}
      data-tip={summary}
      width={WIDTH}
      height={BARS_HEIGHT}
      viewBox={`0 0 ${WIDTH} ${BARS_HEIGHT}`}
      className="block shrink-0"
    >
      <line x1={0} x2={WIDTH} y1={BARS_HEIGHT - 0.5} y2={BARS_HEIGHT - 0.5} className="stroke-line" />
      {runBars(runs, MOST).map((bar) => {
        const y = BARS_HEIGHT - bar.height
        return (
          <g key={bar.x} className={FILLS[bar.outcome]}>
            {bar.outcome === 'missed' ? (
              <path d={`M${bar.x} ${y - 2}l${BAR} 4m0 -4l-${BAR} 4`} strokeWidth={1.25} />
            ) : bar.outcome === 'skipped' ? (
              <rect x={bar.x + 0.5} y={y + 0.5} width={BAR - 1} height={bar.height - 1} />
            ) : (
              <rect x={bar.x} y={y} width={BAR} height={bar.height} />
            )}
            {bar.late && <circle cx={bar.x + BAR / 2} cy={y - 2.5} r={1.5} className="fill-warn stroke-none" />}
          </g>
        )
      })}
    </svg>
  )
}
