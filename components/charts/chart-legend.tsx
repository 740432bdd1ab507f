import type { MouseEvent } from 'react'
import { SeriesMark } from './series-mark.tsx'
import type { SeriesStyle } from './series-style.ts'

type Props = {
  readonly styles: readonly SeriesStyle[]
  readonly hidden: ReadonlySet<string>
  readonly onHide: (hidden: ReadonlySet<string>) => void
  /** The newest value of each series, already written; by name. */
  readonly values: ReadonlyMap<string, string>
}

/** Names of the series. A click takes one out or brings it back, with Shift it alone stays. */
export function ChartLegend({ styles, hidden, onHide, values }: Props) {
  function onClick(event: MouseEvent, name: string) {
    const others = styles.filter((style) => style.name !== name).map((style) => style.name)
    const alone = !hidden.has(name) && others.every((other) => hidden.has(other))
    if (event.shiftKey) return onHide(new Set(alone ? [] : others))
    const next = new Set(hidden)
    if (!next.delete(name)) next.add(name)
    onHide(next.size === styles.length ? new Set() : next)
  }
  return (
    <div className="flex flex-wrap gap-x-1 pt-1">
      {styles.map((style) => {
        const isShown = !hidden.has(style.name)
        return (
          <button
            key={style.name}
            type="button"
            aria-pressed={isShown}
            title={isShown ? 'Click to hide, Shift-click to see it alone' : 'Click to show'}
            className={`flex min-h-6 max-w-48 items-center gap-1.5 rounded-sm px-1.5 text-2xs hover:bg-hover ${isShown ? 'text-fg-2' : 'text-fg-3 line-through'}`}
            onClick={(event) => onClick(event, style.name)}
          >
            <SeriesMark style={style} />
            <span className="truncate">{style.label}</span>
            <span className="font-medium text-fg">{values.get(style.name)}</span>
          </button>
        )
      })}
    </div>
  )
}
