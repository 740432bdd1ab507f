/** The life of a task as parts of a bar. Pure. */
import type { TaskRowView } from '../../lib/live/views.ts'
import { FINAL_STATES } from '../ui/task-state.ts'

export type TimePartName = 'broker' | 'eta' | 'prefetch' | 'run'

export interface TimePart {
  readonly name: TimePartName
  readonly label: string
  readonly fromMs: number
  readonly toMs: number
  /** It has not ended: `toMs` is now. */
  readonly open: boolean
}

const LABELS: Readonly<Record<TimePartName, string>> = {
  broker: 'in the broker',
  eta: 'until its time',
  prefetch: 'held by the worker',
  run: 'running',
}

/** Parts that are known, in order. What has not ended ends now. */
export function timeParts(task: TaskRowView, nowMs: number): readonly TimePart[] {
  const ended = FINAL_STATES.has(task.state) || task.finishedMs !== null
  const parts: TimePart[] = []
  const add = (name: TimePartName, fromMs: number | null, toMs: number | null) => {
    if (fromMs === null || (toMs === null && ended)) return
    const end = toMs ?? nowMs
    if (end >= fromMs) parts.push({ name, label: LABELS[name], fromMs, toMs: end, open: toMs === null })
  }
  const startOrEnd = task.startedMs ?? (ended ? task.finishedMs : null)
  if (task.sentMs !== null) add('broker', task.sentMs, task.receivedMs ?? startOrEnd)
  if (task.receivedMs !== null) {
    const eta = task.etaMs
    const due = eta !== null && eta > task.receivedMs ? eta : null
    if (due !== null) add('eta', task.receivedMs, Math.min(due, startOrEnd ?? Math.min(due, nowMs)))
    if (due === null || due < (startOrEnd ?? nowMs)) add('prefetch', due ?? task.receivedMs, startOrEnd)
  }
  if (task.startedMs !== null) add('run', task.startedMs, task.finishedMs)
  return parts
}
