import type { ReactNode } from 'react'
import { cx } from './cx.ts'

export interface PanelProps {
  readonly title?: ReactNode
  /** Small words after the title: how many, as of when. */
  readonly note?: ReactNode
  /** Links or buttons at the right end of the head. */
  readonly aside?: ReactNode
  readonly children: ReactNode
  /** Tables and lists bring their own padding. */
  readonly flush?: boolean
  /** It holds a table whose rows are cards on a phone: there the panel itself has no line, so that no card is in a card. */
  readonly cards?: boolean
  readonly className?: string
}

/** A part of a page: one line around it, never inside another. */
export function Panel({ title, note, aside, children, cards = false, flush = cards, className }: PanelProps) {
  return (
    <section
      className={cx(
        'min-w-0 overflow-clip rounded-lg border border-line bg-surface',
        cards && 'max-md:-mx-2 max-md:overflow-visible max-md:rounded-none max-md:border-0 max-md:bg-transparent',
        className,
      )}
    >
      {title !== undefined && (
        <div className={cx('flex min-h-9 items-center gap-2 pt-1 max-md:flex-wrap', flush ? 'px-cell-x' : 'px-3')}>
          <h2 className="text-sm font-medium text-fg">{title}</h2>
          {note !== undefined && <span className="min-w-0 truncate text-2xs text-fg-3">{note}</span>}
          {aside !== undefined && (
            <span className="ml-auto flex shrink-0 items-center gap-1 max-md:shrink">{aside}</span>
          )}
        </div>
      )}
      <div className={cx('min-w-0', !flush && 'p-3', title !== undefined && !flush && 'pt-1')}>{children}</div>
    </section>
  )
}
