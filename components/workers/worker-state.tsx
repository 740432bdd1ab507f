import { CircleCheck, CircleOff, CirclePlay, CircleSlash, type LucideIcon, TriangleAlert } from 'lucide-react'
import type { WorkerState } from '../../lib/live/views.ts'
import { cx } from '../ui/cx.ts'

type Look = { readonly word: string; readonly icon: LucideIcon; readonly color: string; readonly meaning: string }

export const WORKER_LOOKS: Readonly<Record<WorkerState, Look>> = {
  online: { word: 'Online', icon: CircleCheck, color: 'text-fg-3', meaning: 'Answers, and has free slots' },
  busy: { word: 'Busy', icon: CirclePlay, color: 'text-state-running', meaning: 'All its slots are taken' },
  'not-taking': {
    word: 'Not taking',
    icon: TriangleAlert,
    color: 'text-warn',
    meaning: 'Work waits for it and it has taken nothing for 30 s',
  },
  draining: {
    word: 'Draining',
    icon: CircleSlash,
    color: 'text-state-revoked',
    meaning: 'Takes nothing more, and finishes what it has',
  },
  offline: { word: 'Offline', icon: CircleOff, color: 'text-fg-3', meaning: 'No sign of it, or it said goodbye' },
}

/** Word, shape and only then colour; what is well is grey. */
export function WorkerStateMark({ state }: { readonly state: WorkerState }) {
  const { word, icon: Icon, color, meaning } = WORKER_LOOKS[state]
  const isLoud = state === 'not-taking'
  return (
    <span data-state={state} data-tip={meaning} className={cx('whitespace-nowrap', color)}>
      <Icon size={14} strokeWidth={2} className="mr-1.5 inline-block align-[-0.17em]" aria-hidden />
      <span className={isLoud ? 'font-medium' : 'text-fg-2'}>{word}</span>
    </span>
  )
}
