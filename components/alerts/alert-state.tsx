import { BellOff, BellRing, CircleCheck, CircleDashed, Hourglass, type LucideIcon } from 'lucide-react'
import type { AlertState } from '../../lib/live/views.ts'
import { cx } from '../ui/cx.ts'

type Look = { readonly word: string; readonly icon: LucideIcon; readonly color: string; readonly meaning: string }

const LOOKS: Readonly<Record<AlertState, Look>> = {
  ok: { word: 'OK', icon: CircleCheck, color: 'text-fg-3', meaning: 'Within its limit' },
  pending: { word: 'Pending', icon: Hourglass, color: 'text-warn', meaning: 'Over its limit, not yet for long enough' },
  firing: { word: 'Firing', icon: BellRing, color: 'text-bad', meaning: 'Over its limit for long enough' },
  resolved: { word: 'Resolved', icon: CircleCheck, color: 'text-fg-3', meaning: 'Well again' },
  nodata: {
    word: 'No data',
    icon: CircleDashed,
    color: 'text-warn',
    meaning: 'It cannot be judged: the broker cannot be read',
  },
}

export function AlertStateMark({
  state,
  silenced = false,
}: {
  readonly state: AlertState
  readonly silenced?: boolean
}) {
  const { word, icon, color, meaning } = LOOKS[state]
  const Icon = silenced ? BellOff : icon
  const isLoud = state === 'firing' || state === 'pending' || state === 'nodata'
  return (
    <span
      data-state={state}
      data-tip={silenced ? `${meaning}. Nobody is told.` : meaning}
      className={cx('whitespace-nowrap', silenced ? 'text-fg-3' : color)}
    >
      <Icon size={14} strokeWidth={2} className="mr-1.5 inline-block align-[-0.17em]" aria-hidden />
      <span className={isLoud && !silenced ? 'font-medium' : 'text-fg-2'}>{word}</span>
      {silenced && <span className="ml-1.5 text-fg-3 text-xs">silenced</span>}
    </span>
  )
}
