import { TrendingUp, TriangleAlert } from 'lucide-react'
import { cx } from '../ui/cx.ts'
import type { Outlook } from './queue-row.model.ts'

const ICONS = { quiet: null, warn: TrendingUp, bad: TriangleAlert } as const
const COLORS = { quiet: 'text-fg-2', warn: 'font-medium text-warn', bad: 'font-medium text-bad' } as const

/** When a queue will be empty, or why it will not. */
export function OutlookMark({ outlook }: { readonly outlook: Outlook }) {
  const Icon = ICONS[outlook.tone]
  return (
    <span data-tip={outlook.why} className={cx('whitespace-nowrap', COLORS[outlook.tone])}>
      {Icon !== null && <Icon size={13} strokeWidth={2} className="mr-1 inline-block align-[-0.15em]" aria-hidden />}
      {outlook.text}
    </span>
  )
}
