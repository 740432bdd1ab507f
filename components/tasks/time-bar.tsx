'use client'

import type { TaskRowView } from '../../lib/live/views.ts'
import { useNow } from '../ui/clock.ts'
import { cx } from '../ui/cx.ts'
import { formatDuration, formatMoment, formatSeconds } from '../ui/format.ts'
import { lookOf } from '../ui/task-state.ts'
import { type TimePart, timeParts } from './time-bar.model.ts'

const FILLS: Readonly<Record<TimePart['name'], string>> = {
  broker: 'bg-chart-waiting',
  eta: 'hatched bg-hover',
  prefetch: 'bg-state-received',
  run: 'bg-chart-running',
}

/** Where the time went, to scale; no part is narrower than can be seen and pointed at. */
export function TimeBar({ task }: { readonly task: TaskRowView }) {
  const nowMs = useNow(1_000)
  const parts = timeParts(task, nowMs)
  if (parts.length === 0) return null
  const failed = task.state === 'FAILURE'
  return (
    <div>
      <div className="flex gap-0.5">
        {parts.map((part) => (
          <div
            key={part.name}
            data-tip={`${part.label}\n${formatMoment(part.fromMs)}\n${part.open ? 'still' : formatMoment(part.toMs)}`}
            className="min-w-6"
            style={{ flexGrow: Math.max(1, part.toMs - part.fromMs), flexBasis: 0 }}
          >
            <div
              className={cx(
                'h-1.5 rounded-full',
                part.name === 'run' && failed ? 'bg-state-failed' : FILLS[part.name],
                part.open && 'pulse',
              )}
            />
          </div>
        ))}
      </div>
      <dl className="mt-1.5 flex flex-wrap gap-x-5 gap-y-0.5 text-xs">
        {parts.map((part) => (
          <div key={part.name} className="flex items-center gap-1.5">
            <span
              aria-hidden
              className={cx('size-2 rounded-sm', part.name === 'run' && failed ? 'bg-state-failed' : FILLS[part.name])}
            />
            <dt className="text-fg-3">{part.label}</dt>
            <dd>{part.open ? formatSeconds(part.toMs - part.fromMs) : formatDuration(part.toMs - part.fromMs)}</dd>
          </div>
        ))}
        {task.finishedMs !== null && (
          <div className="ml-auto flex items-center gap-1.5">
            <dt className="text-fg-3">{lookOf(task.state).word.toLowerCase()}</dt>
            <dd>{formatMoment(task.finishedMs)}</dd>
          </div>
        )}
      </dl>
    </div>
  )
}
