import type { ReactNode } from 'react'
import type { OverviewView } from '../../lib/live/views.ts'
import { failedShareSeries, figureSeries, totalSeries } from '../charts/figure-series.ts'
import { Figure } from '../ui/figure.tsx'
import { FailedShare, FigureCell, FigureGrid, FigureSpark } from '../ui/figure-grid.tsx'
import { formatDuration, formatPercent, formatRate, formatShortCount, UNKNOWN } from '../ui/format.ts'
import { changeWords } from './change-words.ts'
import { FIGURE_HREFS } from './figure-hrefs.ts'

const SPARK_POINTS = 48
const YESTERDAY = 'The last ten minutes against the same ten yesterday'
const NOTHING_ENDED = 'Nothing ended in the last minutes'

/** Five numbers that say how it goes; each leads to the list behind it. */
export function Figures({ view }: { readonly view: OverviewView }) {
  const { figures, changes, throughput, depth, latency, presence } = view
  const done = figureSeries(throughput, SPARK_POINTS, (value) => value('succeeded'))
  const failing = failedShareSeries(throughput, SPARK_POINTS)
  const waiting = totalSeries(depth, SPARK_POINTS)
  const wait = figureSeries(latency, SPARK_POINTS, (value) => value('wait'))
  const online = figureSeries(presence, SPARK_POINTS, (value) => value('online'))
  const isMissing = figures.workersOnline < figures.workersTotal
  return (
    <FigureGrid>
      <FigureCell>
        <Figure
          label="Done"
          value={formatRate(figures.donePerSecond)}
          href={FIGURE_HREFS.done}
          spark={<FigureSpark values={done} label="Tasks done per second" />}
          {...noteOf(changes.done)}
        />
      </FigureCell>
      <FigureCell>
        <Figure
          label="Failing"
          value={<FailedShare share={figures.failedShare}>{formatPercent(figures.failedShare)}</FailedShare>}
          href={FIGURE_HREFS.failing}
          spark={<FigureSpark values={failing} label="Share of tasks that failed" color="text-chart-failed" />}
          {...noteOf(changes.failing, figures.failedShare === null && NOTHING_ENDED)}
        />
      </FigureCell>
      <FigureCell>
        <Figure
          label="Waiting"
          value={formatShortCount(figures.waiting)}
          href={FIGURE_HREFS.waiting}
          spark={<FigureSpark values={waiting} label="Messages that wait in all queues" />}
          {...noteOf(changes.waiting, figures.waiting === null && 'No queue could be read')}
        />
      </FigureCell>
      <FigureCell>
        <Figure
          label="Workers"
          value={
            isMissing ? (
              <span className="text-warn">{figures.workersOnline}</span>
            ) : (
              formatShortCount(figures.workersOnline)
            )
          }
          unit={`of ${formatShortCount(figures.workersTotal)}`}
          href={FIGURE_HREFS.workers}
          spark={<FigureSpark values={online} label="Workers online" />}
          {...noteOf(changes.workers)}
        />
      </FigureCell>
      <FigureCell last>
        <Figure
          label="Wait, p95"
          value={figures.waitP95Ms === null ? UNKNOWN : formatDuration(figures.waitP95Ms)}
          href={FIGURE_HREFS.wait}
          spark={<FigureSpark values={wait} label="95 of 100 tasks waited less than this" />}
          {...noteOf(changes.wait, figures.waitP95Ms === null && NOTHING_ENDED)}
        />
      </FigureCell>
    </FigureGrid>
  )
}

/** Why it is not known; else how it differs from the same time yesterday. */
function noteOf(change: number | null, unknown: string | false = false): { readonly note?: ReactNode } {
  if (unknown !== false) return { note: unknown }
  if (change === null) return {}
  return { note: <span data-tip={YESTERDAY}>{changeWords(change)}</span> }
}
