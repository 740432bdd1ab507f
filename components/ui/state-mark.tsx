import { cx } from './cx.ts'
import { lookOf } from './task-state.ts'

/** A task's state: icon and word. `note` follows the word ("2 of 5"). */
export function StateMark({ state, note, loud }: StateMarkProps) {
  const look = lookOf(state)
  const Icon = look.icon
  const colored = loud ?? look.loud
  return (
    <span
      data-state={state}
      data-tip={`${state}: ${look.meaning}`}
      className={cx('inline-flex h-5 min-w-0 items-center gap-1.5 align-top whitespace-nowrap', look.color)}
    >
      <Icon size={14} strokeWidth={2} className="shrink-0" aria-hidden />
      <span className={cx('truncate', !colored && 'text-fg-2', colored && 'font-medium')}>{look.word}</span>
      {note !== undefined && <span className="text-2xs text-fg-3">{note}</span>}
    </span>
  )
}

export interface StateMarkProps {
  /** Celery's name, or `SCHEDULED`, or an own state. */
  readonly state: string
  readonly note?: string | undefined
  /** Colours the word too; left out: the state decides. */
  readonly loud?: boolean
}
