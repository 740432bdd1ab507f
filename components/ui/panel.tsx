import type { ReactNode } from 'react'
import { cx } from './cx.ts'

export interface PanelProps {
  readonly title?: ReactNode
  /** Small words after the title: how many, as of when. */
  readonly note?: ReactNode
  /** Links or buttons at the right end of the head. */
  readonly aside?: ReactNode
  readonly children: ReactNode
  /** Tables bring their own padding. */
  readonly flush?: boolean
  readonly className?: string
}

/** A part of a page: one line around it, never inside another. */
export function Panel({ title, note, aside, children, flush = false, className }: PanelProps) {
  return (
    <section className={cx('min-w-0 overflow-clip rounded-lg border border-line bg-surface', className)}>
      {title !== undefined && (
        <div className={cx('flex min-h-9 items-center gap-2 pt-1', flush ? 'px-cell-x' : 'px-3')}>
          <h2 className="text-sm font-medium text-fg">{title}</h2>
          {note !== undefined && <span className="min-w-0 truncate text-2xs text-fg-3">{note}</span>}
          {aside !== undefined && <span className="ml-auto flex shrink-0 items-center gap-1">{aside}</span>}
        </div>
      )}
      <div className={cx('min-w-0', !flush && 'p-3', title !== undefined && !flush && 'pt-1')}>{children}</div>
    </section>
  )
}
