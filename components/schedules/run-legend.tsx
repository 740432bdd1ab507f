import type { RunChartModel } from './run-chart.model.ts'
import { OUTCOME_LOOKS } from './schedule-state.ts'

/** What the colours and marks mean, of those that are there. */
export function RunLegend({ model }: { readonly model: RunChartModel }) {
  if (model.bars.length === 0) return null
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 pt-1 text-2xs text-fg-2">
      {model.outcomes.map((outcome) => (
        <li key={outcome} className="flex items-center gap-1.5">
          {outcome === 'missed' ? (
            <svg width={8} height={8} aria-hidden="true">
              <path d="M1 1l6 6m0 -6l-6 6" stroke="var(--bad)" strokeWidth={1.75} />
            </svg>
          ) : (
            <svg width={8} height={8} aria-hidden="true">
              <rect width={8} height={8} className={SWATCHES[outcome]} />
            </svg>
          )}
          {OUTCOME_LOOKS[outcome].word}
        </li>
      ))}
      {model.bars.some(({ late }) => late) && (
        <li className="flex items-center gap-1.5">
          <svg width={8} height={8} aria-hidden="true">
            <circle cx={4} cy={4} r={2.5} fill="var(--warn)" />
          </svg>
          Late
        </li>
      )}
      {model.usual !== null && (
        <li className="flex items-center gap-1.5">
          <svg width={16} height={8} aria-hidden="true">
            <line x1={0} x2={16} y1={4} y2={4} stroke="var(--fg-3)" strokeDasharray="6 4" />
          </svg>
          Usual
        </li>
      )}
    </ul>
  )
}

const SWATCHES = {
  succeeded: 'fill-chart-succeeded',
  failed: 'fill-chart-failed',
  running: 'fill-chart-running',
  sent: 'fill-chart-waiting',
  skipped: 'fill-chart-waiting/40',
} as const
