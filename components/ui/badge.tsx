import type { ReactNode } from 'react'
import { cx } from './cx.ts'

export type Tone = 'plain' | 'accent' | 'warn' | 'bad' | 'good'

const TONES: Readonly<Record<Tone, string>> = {
  plain: 'text-fg-2',
  accent: 'text-accent',
  warn: 'text-warn',
  bad: 'text-bad',
  good: 'text-state-succeeded',
}

/** A short word or number on a tint. */
export function Badge({ tone = 'plain', children, className }: BadgeProps) {
  return (
    <span
      className={cx(
        'tinted inline-flex h-4 min-w-4 items-center justify-center rounded-sm px-1 text-2xs font-medium whitespace-nowrap',
        TONES[tone],
        className,
      )}
    >
      {children}
    </span>
  )
}

export interface BadgeProps {
  readonly tone?: Tone
  readonly children: ReactNode
  readonly className?: string
}
