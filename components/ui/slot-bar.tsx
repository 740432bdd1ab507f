import { cx } from './cx.ts'
import { Unknown } from './numbers.tsx'

export interface SlotBarProps {
  readonly busy: number | null
  readonly total: number | null
}

const MOST_CELLS = 16

/** Slots of a pool: how many of how many are busy, as a bar and as numbers. */
export function SlotBar({ busy, total }: SlotBarProps) {
  if (busy === null || total === null) return <Unknown reason="The worker has not told its pool size yet" />
  const cells = Math.min(MOST_CELLS, Math.max(1, total))
  const filled = total === 0 ? 0 : Math.min(cells, Math.ceil((busy / total) * cells))
  const cell = 64 / cells
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap">
      <svg width={64} height={8} viewBox="0 0 64 8" aria-hidden className="shrink-0">
        {Array.from({ length: cells }, (_, i) => (
          <rect
            key={i}
            x={i * cell}
            y={0}
            width={Math.max(1, cell - 1.5)}
            height={8}
            rx={1.5}
            className={i < filled ? 'fill-chart-running' : 'fill-line'}
          />
        ))}
      </svg>
      <span className={cx('text-xs', busy >= total && total > 0 ? 'text-fg' : 'text-fg-2')}>
        {busy}/{total}
      </span>
    </span>
  )
}
