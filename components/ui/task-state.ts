/** Celery's states in our words, with icon and colour (ux.md 5). The word comes first; no state is told by colour alone. */
import {
  Ban,
  Circle,
  CircleCheck,
  CircleDashed,
  CircleDot,
  CirclePlay,
  CircleQuestionMark,
  CircleSlash,
  Clock,
  type LucideIcon,
  OctagonX,
  RotateCw,
} from 'lucide-react'

export interface StateLook {
  readonly word: string
  readonly icon: LucideIcon
  /** Class of the text colour. */
  readonly color: string
  /** True when the word too is coloured: it asks to be looked at. */
  readonly loud: boolean
  readonly meaning: string
}

const LOOKS: Readonly<Record<string, StateLook>> = {
  PENDING: look('Waiting', CircleDashed, 'text-state-waiting', false, 'in the broker, no worker has it'),
  SCHEDULED: look('Scheduled', Clock, 'text-state-waiting', false, 'held by a worker until its time'),
  RECEIVED: look('Received', CircleDot, 'text-state-received', false, 'a worker holds it, it has not started'),
  STARTED: look('Running', CirclePlay, 'text-state-running', false, 'a worker runs it now'),
  RETRY: look('Retrying', RotateCw, 'text-state-retrying', true, 'it failed and will run again'),
  SUCCESS: look('Succeeded', CircleCheck, 'text-state-succeeded', false, 'it ended well'),
  FAILURE: look('Failed', OctagonX, 'text-state-failed', true, 'it gave up'),
  REVOKED: look('Revoked', Ban, 'text-state-revoked', false, 'it was taken back, or it expired'),
  REJECTED: look('Rejected', CircleSlash, 'text-state-rejected', true, 'the worker refused it'),
  LOST: look('Lost', CircleQuestionMark, 'text-state-lost', true, 'no trace of it any more'),
}

function look(word: string, icon: LucideIcon, color: string, loud: boolean, meaning: string): StateLook {
  return { word, icon, color, loud, meaning }
}

/** The look of a state; own states of an application are shown as sent. */
export function lookOf(state: string): StateLook {
  const known = Object.hasOwn(LOOKS, state) ? LOOKS[state] : undefined
  return known ?? look(state, Circle, 'text-fg-2', false, 'a state of the application')
}

/** States a task does not leave by itself. */
export const FINAL_STATES: ReadonlySet<string> = new Set(['SUCCESS', 'FAILURE', 'REVOKED', 'REJECTED'])
