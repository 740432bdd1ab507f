import { cx } from './cx.ts'

/** The places of what is about to come, in the same heights. */
export function Skeleton({ rows = 8, className }: { readonly rows?: number; readonly className?: string }) {
  return (
    <div aria-hidden className={cx('pulse flex flex-col', className)}>
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} className="flex h-row items-center border-b border-line/60 px-cell-x">
          <div className={cx('h-2.5 rounded-sm bg-hover', WIDTHS[i % WIDTHS.length])} />
        </div>
      ))}
    </div>
  )
}

const WIDTHS = ['w-2/5', 'w-3/5', 'w-1/3', 'w-1/2', 'w-2/3']
