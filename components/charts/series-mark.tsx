import type { SeriesStyle } from './series-style.ts'

/** A short piece of the line as the chart draws it: its colour and its dash. */
export function SeriesMark({ style }: { readonly style: SeriesStyle }) {
  return (
    <svg width={16} height={8} className="shrink-0" aria-hidden="true">
      <line x1={0} x2={16} y1={4} y2={4} stroke={style.color} strokeWidth={2} strokeDasharray={style.dash ?? ''} />
    </svg>
  )
}
