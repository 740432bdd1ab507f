import type { ReactNode } from 'react'
import type { OverviewView } from '../../lib/live/views.ts'
import { Figure } from '../ui/figure.tsx'
import { formatDuration, formatPercent, formatRate, formatShortCount, UNKNOWN } from '../ui/format.ts'
import { Spark } from '../ui/spark.tsx'
import { FIGURE_HREFS } from './figure-hrefs.ts'
import { failedShareSeries, figureSeries, totalSeries } from './figure-series.ts'

const SPARK_POINTS = 48
const NOTHING_ENDED = 'Nothing ended in the last minutes'

/** Five numbers that say how it goes; each leads to the list behind it. */
export function Figures({ view }: { readonly view: OverviewView }) {
  const { figures, throughput, depth, latency } = view
  const done = figureSeries(throughput, SPARK_POINTS, (value) => value('succeeded'))
  const failing = failedShareSeries(throughput, SPARK_POINTS)
  const waiting = totalSeries(depth, SPARK_POINTS)
  const wait = figureSeries(latency, SPARK_POINTS, (value) => value('wait'))
  const isMissing = figures.workersOnline < figures.workersTotal
  return (
    <section
      aria-label="Key figures"
      className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line md:grid-cols-3 lg:grid-cols-5"
    >
      <Cell>
        <Figure
          label="Done"
          value={formatRate(figures.donePerSecond)}
          href={FIGURE_HREFS.done}
          spark={<Line values={done} label="Tasks done per second" />}
        />
      </Cell>
      <Cell>
        <Figure
          label="Failing"
          value={<Loud on={(figures.failedShare ?? 0) >= 0.05}>{formatPercent(figures.failedShare)}</Loud>}
          href={FIGURE_HREFS.failing}
          spark={<Line values={failing} label="Share of tasks that failed" color="text-chart-failed" />}
          {...(figures.failedShare === null && { note: NOTHING_ENDED })}
        />
      </Cell>
      <Cell>
        <Figure
          label="Waiting"
          value={formatShortCount(figures.waiting)}
          href={FIGURE_HREFS.waiting}
          spark={<Line values={waiting} label="Messages that wait in all queues" />}
          {...(figures.waiting === null && { note: 'No queue could be read' })}
        />
      </Cell>
      <Cell>
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
        />
      </Cell>
      <Cell last>
        <Figure
          label="Wait, p95"
          value={figures.waitP95Ms === null ? UNKNOWN : formatDuration(figures.waitP95Ms)}
          href={FIGURE_HREFS.wait}
          spark={<Line values={wait} label="95 of 100 tasks waited less than this" />}
          {...(figures.waitP95Ms === null && { note: NOTHING_ENDED })}
        />
      </Cell>
    </section>
  )
}

/** The gaps of the grid are the lines between the cells. */
function Cell({ children, last = false }: { readonly children: ReactNode; readonly last?: boolean }) {
  return <div className={last ? 'flex bg-surface max-lg:col-span-2' : 'flex bg-surface'}>{children}</div>
}

function Line({
  values,
  label,
  color,
}: {
  readonly values: readonly (number | null)[]
  readonly label: string
  readonly color?: string
}) {
  if (values.length < 2) return null
  return (
    <span className="mb-1">
      <Spark values={values} label={label} width={64} {...(color !== undefined && { color })} />
    </span>
  )
}

function Loud({ on, children }: { readonly on: boolean; readonly children: string }) {
  return on ? <span className="text-bad">{children}</span> : children
}
