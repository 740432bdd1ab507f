import type { ScheduleRowView } from '../../lib/live/schedule-views.ts'
import { useTimeText } from '../ui/clock.ts'
import { cx } from '../ui/cx.ts'
import { formatMoment, formatSeconds } from '../ui/format.ts'
import { Ago, Unknown } from '../ui/numbers.tsx'
import { STATE_LOOKS, stateOf } from './schedule-state.ts'

/** How an entry stands: icon and word. */
export function ScheduleMark({ row }: { readonly row: ScheduleRowView }) {
  const state = stateOf(row)
  const look = STATE_LOOKS[state]
  const Icon = look.icon
  return (
    <span
      data-state={state}
      data-tip={look.meaning}
      className={cx('inline-flex h-5 items-center gap-1.5 align-top whitespace-nowrap', look.color)}
    >
      <Icon size={14} strokeWidth={2} className="shrink-0" aria-hidden />
      <span className={look.loud ? 'font-medium' : 'text-fg-2'}>{look.word}</span>
    </span>
  )
}

/** When it runs next, or why it does not. */
export function NextRun({ row }: { readonly row: ScheduleRowView }) {
  const { nextMs, heldUntilMs, heldBy, overdueSinceMs } = row
  const by = heldBy === null ? '' : ` by ${heldBy}`
  switch (stateOf(row)) {
    case 'broken':
      return <Unknown reason="The entry cannot be read" />
    case 'off':
      return <Unknown reason="Switched off" />
    case 'held':
      return (
        <span className="block truncate" data-tip={heldTip(heldUntilMs, by)}>
          {heldUntilMs === null ? (
            `held${by}`
          ) : (
            <>
              held, ends <Ago ms={heldUntilMs} />
            </>
          )}
        </span>
      )
    case 'overdue':
      return overdueSinceMs === null ? null : <Overdue sinceMs={overdueSinceMs} />
    default:
      if (nextMs === null)
        return <Unknown reason={row.inferred ? 'The schedule cannot be read' : 'It has no next run'} />
      return <Next ms={nextMs} />
  }
}

/** What is due was not sent yet, and is not late either. */
function Next({ ms }: { readonly ms: number }) {
  const due = useTimeText((now) => (ms <= now ? 'due now' : ''))
  return due === '' ? <Ago ms={ms} /> : <span data-tip={formatMoment(ms)}>{due}</span>
}

function Overdue({ sinceMs }: { readonly sinceMs: number }) {
  const text = useTimeText((now) => `overdue ${formatSeconds(now - sinceMs)}`)
  return (
    <span className="font-medium text-bad" data-tip={`Due since ${formatMoment(sinceMs)}`}>
      {text}
    </span>
  )
}

function heldTip(untilMs: number | null, by: string): string {
  return untilMs === null ? `Held${by} until it is resumed` : `Held${by} until ${formatMoment(untilMs)}`
}
