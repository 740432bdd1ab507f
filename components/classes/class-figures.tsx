import type { ClassNumbersView } from '../../lib/live/class-views.ts'
import { spanParams } from '../../lib/live/time-span.ts'
import { figureSeries } from '../charts/figure-series.ts'
import { useSpan } from '../charts/use-span.ts'
import { Figure } from '../ui/figure.tsx'
import { FailedShare, FigureCell, FigureGrid, FigureSpark } from '../ui/figure-grid.tsx'
import { formatDuration, formatPercent, formatRate, formatShortCount, plural, UNKNOWN } from '../ui/format.ts'
import { classTasksHref } from './class-tasks-href.ts'

const SPARK_POINTS = 48
const NOTHING_ENDED = 'Nothing ended in this time'

/** Total time first, then counts, then percentiles; each leads to the tasks behind it. */
export function ClassFigures({ name, numbers }: { readonly name: string; readonly numbers: ClassNumbersView }) {
  const { span } = useSpan()
  const query = new URLSearchParams(spanParams(span)).toString()
  const list = (terms = '', sort = '') => `${classTasksHref(name, { terms, span: query })}${sort}`
  const ended = figureSeries(numbers.ended, SPARK_POINTS, (value) => value('succeeded'))
  const failed = figureSeries(numbers.ended, SPARK_POINTS, (value) => value('failed'))
  const p95 = figureSeries(numbers.runs, SPARK_POINTS, (value) => value('p95'))
  return (
    <FigureGrid>
      <FigureCell>
        <Figure
          label="Slot time"
          value={formatPercent(numbers.share)}
          href="/"
          note={numbers.share === null ? 'No task held a slot' : `${formatDuration(numbers.slotMs)} held`}
        />
      </FigureCell>
      <FigureCell>
        <Figure
          label="Tasks"
          value={formatShortCount(numbers.tasks)}
          href={list()}
          spark={<FigureSpark values={ended} label="Tasks that succeeded, over time" />}
          note={`${formatRate(numbers.endedPerMinute === null ? null : numbers.endedPerMinute / 60)} done · ${formatShortCount(numbers.running)} running`}
        />
      </FigureCell>
      <FigureCell>
        <Figure
          label="Failed"
          value={<FailedShare share={numbers.failedShare}>{formatPercent(numbers.failedShare)}</FailedShare>}
          href={list('state:failed')}
          spark={<FigureSpark values={failed} label="Tasks that failed, over time" color="text-chart-failed" />}
          note={
            numbers.failedShare === null
              ? NOTHING_ENDED
              : `${plural(numbers.failed, 'task')}, ${plural(numbers.retries, 'retry', 'retries')}`
          }
        />
      </FigureCell>
      <FigureCell>
        <Figure
          label="Run, p95"
          value={numbers.runP95Ms === null ? UNKNOWN : formatDuration(numbers.runP95Ms)}
          href={list('', '&sort=-runtime')}
          spark={<FigureSpark values={p95} label="95 of 100 ran faster than this" />}
          note={
            numbers.runP95Ms === null
              ? NOTHING_ENDED
              : `p50 ${formatDuration(numbers.runP50Ms)} · p99 ${formatDuration(numbers.runP99Ms)}`
          }
        />
      </FigureCell>
      <FigureCell last>
        <Figure
          label="Wait, p95"
          value={numbers.waitP95Ms === null ? UNKNOWN : formatDuration(numbers.waitP95Ms)}
          href={list('', '&sort=-wait')}
          note={numbers.waitP95Ms === null ? 'Nothing started in this time' : 'from sent to started'}
        />
      </FigureCell>
    </FigureGrid>
  )
}
