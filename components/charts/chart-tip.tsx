import type { MarkView } from '../../lib/live/views.ts'
import { formatTime } from '../ui/format.ts'
import { formatChartValue } from './chart-format.ts'
import { MARK_LOOKS, markText } from './chart-marks.ts'
import { type ChartModel, type PlotRow, valueIn } from './chart-model.ts'
import { type PlotFrame, xOf } from './plot-frame.ts'
import { SeriesMark } from './series-mark.tsx'

const WIDTH = 184
const MARGIN = 12

/** The numbers of one moment, beside the crosshair on the side that has room. */
export function ChartTip({
  model,
  frame,
  row,
  marks,
}: {
  readonly model: ChartModel
  readonly frame: PlotFrame
  readonly row: PlotRow
  readonly marks: readonly MarkView[]
}) {
  const x = xOf(row.t, model, frame)
  const left = x + MARGIN + WIDTH > frame.width ? Math.max(0, x - MARGIN - WIDTH) : x + MARGIN
  const values = model.series.map((series) => ({ series, value: valueIn(row, series.index) }))
  const known = values.flatMap(({ value }) => (value === null ? [] : [value]))
  return (
    <div
      className="float pointer-events-none absolute top-0 z-10 px-2.5 py-1.5 text-xs"
      style={{ left, width: WIDTH }}
      aria-hidden="true"
    >
      <p className="mb-1 flex justify-between text-fg-3">
        <span>{formatTime(row.t)}</span>
        {isFilling(model, row) && <span>so far</span>}
      </p>
      {values.map(({ series, value }) => (
        <p key={series.name} className="flex items-center gap-1.5">
          <SeriesMark style={series} />
          <span className="min-w-0 flex-1 truncate text-fg-2">{series.label}</span>
          <span className="font-medium text-fg">{formatChartValue(value, model)}</span>
        </p>
      ))}
      {model.kind === 'stack' && known.length > 1 && (
        <p className="mt-1 flex justify-between border-line border-t pt-1">
          <span className="text-fg-2">all</span>
          <span className="font-medium text-fg">
            {formatChartValue(
              known.reduce((sum, value) => sum + value, 0),
              model,
            )}
          </span>
        </p>
      )}
      {marks.map((mark) => (
        <p
          key={`${mark.atMs} ${mark.kind} ${mark.text}`}
          className="mt-1 flex gap-1.5 border-line border-t pt-1 text-fg-2"
        >
          <span style={{ color: MARK_LOOKS[mark.kind].color }}>{MARK_LOOKS[mark.kind].sign}</span>
          <span className="min-w-0 break-words">{markText(mark)}</span>
        </p>
      ))}
    </div>
  )
}

/** The same as a sentence, for who hears it. */
export function tipText(model: ChartModel, row: PlotRow | undefined, marks: readonly MarkView[]): string {
  if (row === undefined) return 'no data'
  const values = model.series.map((series) => `${series.label} ${formatChartValue(valueIn(row, series.index), model)}`)
  const said = marks.map((mark) => `. ${markText(mark)}`).join('')
  return `${formatTime(row.t)}: ${values.join(', ')}${isFilling(model, row) ? ', so far' : ''}${said}`
}

export function isFilling(model: ChartModel, row: PlotRow): boolean {
  return model.filling && row === model.rows.at(-1)
}
