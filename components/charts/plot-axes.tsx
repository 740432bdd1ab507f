import { formatTick } from './chart-format.ts'
import type { ChartModel } from './chart-model.ts'
import { type PlotFrame, xOf, yOf } from './plot-frame.ts'
import { timeTicks } from './time-ticks.ts'

const PX_PER_TICK = 64
const TICK = { fontSize: 11, fill: 'var(--fg-3)' }
/** How far a time stands below its axis, and a value left of the lines. */
const TIME_DROP = 15
const VALUE_GAP = 8

type Props = { readonly model: ChartModel; readonly frame: PlotFrame }

/** The values: a thin line across the picture for each, and its number left of it. */
export function ValueAxis({ model, frame }: Props) {
  return model.yTicks.map((value) => {
    const y = Math.round(yOf(value, model, frame)) + 0.5
    return (
      <g key={value}>
        <line x1={frame.left} x2={frame.width - frame.right} y1={y} y2={y} stroke="var(--line)" />
        <text {...TICK} x={frame.left - VALUE_GAP} y={y + 4} textAnchor="end">
          {formatTick(value, model.unit)}
        </text>
      </g>
    )
  })
}

/** Round times below the picture, as many as there is room for. */
export function TimeAxis({ model, frame }: Props) {
  const { fromMs, toMs } = model.window
  const room = frame.width - frame.left - frame.right
  return timeTicks(fromMs, toMs, Math.max(2, Math.floor(room / PX_PER_TICK))).map((tick) => (
    <text
      key={tick.atMs}
      {...TICK}
      x={xOf(tick.atMs, model, frame)}
      y={frame.height - frame.bottom + TIME_DROP}
      textAnchor="middle"
    >
      {tick.label}
    </text>
  ))
}
