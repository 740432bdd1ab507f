import type { ClassNumbersView, TimePart } from '../../lib/live/class-views.ts'
import { cx } from '../ui/cx.ts'
import { formatDuration, formatPercent, plural } from '../ui/format.ts'
import { Duration } from '../ui/numbers.tsx'
import { PART_WORDS, partShares } from './time-shares.model.ts'

/** As the bar of one task has them. */
const FILLS: Readonly<Record<TimePart, string>> = {
  broker: 'bg-chart-waiting',
  eta: 'hatched bg-hover',
  prefetch: 'bg-state-received',
  run: 'bg-chart-running',
  'back-off': 'bg-chart-retried',
}
const NOT_SENT = 'Clients send no events of sending: task_send_sent_event = True switches them on'

/** From sent to the end: which part of the time is work, and which is waiting for it. */
export function TimeShares({ numbers }: { readonly numbers: ClassNumbersView }) {
  if (numbers.timed === 0) return <p className="text-fg-3 text-sm">No task of this class ended in this time.</p>
  const parts = partShares(numbers)
  const total = parts.reduce((sum, { ms }) => sum + (ms ?? 0), 0)
  return (
    <div className="flex flex-col gap-3">
      <div className="flex h-5 gap-0.5" aria-hidden>
        {parts
          .filter(({ share }) => share > 0)
          .map(({ part, share }) => (
            <div
              key={part}
              className={cx('min-w-1 rounded-sm', FILLS[part])}
              style={{ flexGrow: share, flexBasis: 0 }}
              data-tip={`${PART_WORDS[part].label}: ${formatPercent(share)}`}
            />
          ))}
      </div>
      <dl className="flex flex-col gap-1 text-sm">
        {parts.map(({ part, ms, share }) => (
          <div key={part} className="flex items-center gap-2">
            <span aria-hidden className={cx('size-2.5 shrink-0 rounded-sm', FILLS[part])} />
            <dt className="flex-1 text-fg-2" data-tip={PART_WORDS[part].tip}>
              {PART_WORDS[part].label}
            </dt>
            <dd className="flex gap-3">
              <span className="text-fg-3">{ms === null ? '' : formatPercent(share)}</span>
              <span className="min-w-16 text-right font-medium">
                <Duration ms={ms} unknown={NOT_SENT} />
              </span>
            </dd>
          </div>
        ))}
        <div className="flex items-center gap-2 border-line border-t pt-1">
          <dt className="flex-1 text-fg-3">{plural(numbers.timed, 'task')}, each</dt>
          <dd className="font-medium">{formatDuration(total)}</dd>
        </div>
      </dl>
    </div>
  )
}
