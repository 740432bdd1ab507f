import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleDot,
  CircleOff,
  CircleX,
  Eye,
  type LucideIcon,
  OctagonX,
  Pause,
  SkipForward,
  TriangleAlert,
} from 'lucide-react'
import type { BeatView, ScheduleRowView, ScheduleRunOutcome } from '../../lib/live/schedule-views.ts'

/** How an entry stands; the worst that holds. */
export const SCHEDULE_STATES = ['broken', 'overdue', 'held', 'off', 'seen', 'on'] as const
export type ScheduleState = (typeof SCHEDULE_STATES)[number]

export interface Look {
  readonly word: string
  readonly icon: LucideIcon
  readonly color: string
  /** The word is coloured too: it asks to be looked at. */
  readonly loud: boolean
  readonly meaning: string
}

export const STATE_LOOKS: Readonly<Record<ScheduleState, Look>> = {
  broken: look('Broken', CircleAlert, 'text-bad', true, 'The entry cannot be read: it does not run'),
  overdue: look('Overdue', TriangleAlert, 'text-bad', true, 'A run is due and was not sent'),
  held: look('Held', Pause, 'text-warn', true, 'Somebody holds it: it does not run until it is resumed'),
  off: look('Off', CircleOff, 'text-fg-3', false, 'Switched off: it does not run'),
  seen: look('Seen', Eye, 'text-fg-3', false, 'Found from its messages: the schedule itself cannot be read'),
  on: look('On', CircleDot, 'text-fg-3', false, 'It runs when it is due'),
}

export const OUTCOME_LOOKS: Readonly<Record<ScheduleRunOutcome, Look>> = {
  succeeded: look('Succeeded', CircleCheck, 'text-state-succeeded', false, 'Sent, and it ended well'),
  failed: look('Failed', OctagonX, 'text-state-failed', true, 'Sent, and it failed'),
  running: look('Running', CircleDot, 'text-state-running', false, 'Sent, and a worker runs it now'),
  sent: look('Sent', CircleDashed, 'text-state-waiting', false, 'Sent; nothing was seen of it yet'),
  skipped: look('Skipped', SkipForward, 'text-fg-3', false, 'Left out, because somebody said so'),
  missed: look('Missed', CircleX, 'text-bad', true, 'Nothing was sent within the time allowed'),
}

export const BEAT_LOOKS: Readonly<Record<BeatView['state'], Look>> = {
  leading: look('leads', CircleDot, 'text-state-succeeded', false, 'It holds the lease and sends'),
  sending: look('sends', CircleDot, 'text-state-succeeded', false, 'It sends, without a lease'),
  'standing-by': look('stands by', CircleDashed, 'text-fg-3', false, 'It takes over when the leader goes'),
  down: look('is down', CircleX, 'text-bad', true, 'Nothing was heard of it in time'),
}

export function stateOf(row: ScheduleRowView): ScheduleState {
  if (row.broken) return 'broken'
  if (row.inferred) return 'seen'
  if (!row.enabled) return 'off'
  if (row.heldForGood || row.heldUntilMs !== null) return 'held'
  return row.overdueSinceMs === null ? 'on' : 'overdue'
}

function look(word: string, icon: LucideIcon, color: string, loud: boolean, meaning: string): Look {
  return { word, icon, color, loud, meaning }
}
