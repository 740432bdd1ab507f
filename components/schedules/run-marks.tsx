import type { ScheduleRunView } from '../../lib/live/schedule-views.ts'
import { cx } from '../ui/cx.ts'
import { formatDuration } from '../ui/format.ts'
import { Link } from '../ui/link.tsx'
import { Ago, Duration, Since, Unknown } from '../ui/numbers.tsx'
import { isLate, runMs } from './schedule-list.model.ts'
import { OUTCOME_LOOKS } from './schedule-state.ts'

/** What became of a run: icon and word. */
export function OutcomeMark({ run }: { readonly run: ScheduleRunView }) {
  const look = OUTCOME_LOOKS[run.outcome]
  const Icon = look.icon
  return (
    <span
      className={cx('inline-flex h-5 items-center gap-1.5 align-top whitespace-nowrap', look.color)}
      data-tip={look.meaning}
    >
      <Icon size={14} strokeWidth={2} className="shrink-0" aria-hidden />
      <span className={look.loud ? 'font-medium' : 'text-fg-2'}>{look.word}</span>
    </span>
  )
}

/** Icon and age of the last run; its task where one is known. */
export function LastRun({ run, tabIndex }: { readonly run: ScheduleRunView; readonly tabIndex?: number }) {
  const look = OUTCOME_LOOKS[run.outcome]
  const Icon = look.icon
  const mark = (
    <>
      <Icon size={14} strokeWidth={2} className={cx('shrink-0', look.color)} aria-label={look.word} />
      <Ago ms={runMs(run)} />
    </>
  )
  return (
    <span className="inline-flex min-w-0 items-center gap-1.5 align-top whitespace-nowrap">
      {run.taskId === null ? (
        mark
      ) : (
        <Link
          href={`/task/${encodeURIComponent(run.taskId)}`}
          prefetch={false}
          tabIndex={tabIndex}
          className="inline-flex items-center gap-1.5 rounded-sm hover:underline hover:underline-offset-2"
        >
          {mark}
        </Link>
      )}
      {isLate(run) && (
        <span className="text-warn text-xs" data-tip={`Sent ${formatDuration(run.lateMs)} after it was due`}>
          late
        </span>
      )}
    </span>
  )
}

/** How long a run took, or takes. */
export function RunTime({ run }: { readonly run: ScheduleRunView | null }) {
  if (run === null) return <Unknown reason="It has not run yet" />
  if (run.outcome === 'running') return <Since sinceMs={run.sentMs} />
  return <Duration ms={run.runtimeMs} unknown={run.taskId === null ? 'Nothing was sent' : 'Not told yet'} />
}

/** What else there is to say of a run: late, doubled, overlapping, by hand. */
export function runNotes(run: ScheduleRunView): readonly string[] {
  return [
    ...(isLate(run) ? [`${formatDuration(run.lateMs)} late`] : []),
    ...(run.doubled ? ['sent twice'] : []),
    ...(run.overlaps ? ['began before the run before it had ended'] : []),
    ...(run.byHand ? ['by hand'] : []),
  ]
}
