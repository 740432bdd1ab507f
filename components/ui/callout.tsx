import { CircleAlert, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { cx } from './cx.ts'

export type CalloutLevel = 'info' | 'warn' | 'bad'

export interface CalloutProps {
  readonly level: CalloutLevel
  readonly title?: ReactNode
  readonly children?: ReactNode
  /** Buttons or links at the end of the line. */
  readonly actions?: ReactNode
  /** A bar across the page instead of a box in it. */
  readonly bar?: boolean
}

const LEVELS = {
  info: { icon: Info, ground: 'bg-sunken', mark: 'text-accent' },
  warn: { icon: TriangleAlert, ground: 'bg-warn-bg', mark: 'text-warn' },
  bad: { icon: CircleAlert, ground: 'bg-bad-bg', mark: 'text-bad' },
} as const

/** Something a person should read before the rest. */
export function Callout({ level, title, children, actions, bar = false }: CalloutProps) {
  const { icon: Icon, ground, mark } = LEVELS[level]
  return (
    <div
      className={cx(
        'flex items-start gap-2 px-3 py-2 text-sm text-fg',
        ground,
        bar ? 'border-b border-line' : 'rounded-lg border border-line',
      )}
    >
      <Icon size={16} strokeWidth={1.75} className={cx('mt-0.5 shrink-0', mark)} aria-hidden />
      <div className="min-w-0 flex-1 break-words">
        {title !== undefined && <span className="font-medium">{title} </span>}
        {children}
      </div>
      {actions !== undefined && <div className="flex shrink-0 items-center gap-1">{actions}</div>}
    </div>
  )
}
