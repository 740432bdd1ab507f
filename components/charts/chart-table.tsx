import type { MarkView } from '../../lib/live/views.ts'
import { formatTime } from '../ui/format.ts'
import { formatChartValue } from './chart-format.ts'
import { MARK_LOOKS, marksAt, markText } from './chart-marks.ts'
import { type ChartModel, valueIn } from './chart-model.ts'
import { isFilling } from './chart-tip.tsx'

/** The same data as a table, newest first: for who can't, or would rather not, read the picture. */
export function ChartTable({
  title,
  model,
  marks,
}: {
  readonly title: string
  readonly model: ChartModel
  readonly marks: readonly MarkView[]
}) {
  return (
    <section
      aria-label={`${title}, as a table`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (axe: scrollable-region-focusable)
      tabIndex={0}
      className="ring-inside scroll-thin h-full overflow-auto rounded-sm border border-line"
    >
      <table className="w-full text-right text-xs">
        <thead className="sticky top-0 bg-sunken text-2xs text-fg-3">
          <tr>
            <th scope="col" className="px-2 py-1 text-left font-medium">
              Time
            </th>
            {model.series.map((series) => (
              <th key={series.name} scope="col" className="px-2 py-1 font-medium">
                {series.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {model.rows.toReversed().map((row) => (
            <tr key={row.t} className="border-line border-t">
              <th scope="row" className="px-2 py-1 text-left font-normal text-fg-2">
                {formatTime(row.t)}
                {isFilling(model, row) && ' so far'}
                {marksAt(marks, row.t, model.bucketMs).map((mark) => (
                  <span key={`${mark.atMs} ${mark.kind} ${mark.text}`} className="block text-fg-3">
                    {MARK_LOOKS[mark.kind].sign} {markText(mark)}
                  </span>
                ))}
              </th>
              {model.series.map((series) => (
                <td key={series.name} className="px-2 py-1">
                  {formatChartValue(valueIn(row, series.index), model)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
