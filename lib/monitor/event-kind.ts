/** What an event's type means, looked up once for each type instead of taken apart for each event. */
import { rankOfState, stateOfEvent } from '../protocol/states.ts'

export const MILESTONES = [
  'sent',
  'received',
  'started',
  'succeeded',
  'failed',
  'retried',
  'revoked',
  'rejected',
] as const
export type Milestone = (typeof MILESTONES)[number]

export interface TaskEventKind {
  readonly type: string
  readonly state: string
  readonly rank: number
  /** The field that holds its time; null for custom events. */
  readonly milestone: Milestone | null
}

/**
 * A lookup of task event types: null for types of other events. Past `max` custom types every further one is read as
 * `task-other`, so that a flood of made-up types costs no memory.
 */
export function createEventKinds(max: number): (type: string) => TaskEventKind | null {
  const known = new Map<string, TaskEventKind>()
  const other = makeKind('task-other', 'OTHER')
  return (type) => {
    const found = known.get(type)
    if (found !== undefined) return found
    const state = stateOfEvent(type)
    if (state === null) return null
    if (known.size >= max) return other
    const kind = makeKind(type, state)
    known.set(type, kind)
    return kind
  }
}

function makeKind(type: string, state: string): TaskEventKind {
  const subject = type.slice('task-'.length)
  const milestone = MILESTONES.find((name) => name === subject) ?? null
  return { type, state, rank: rankOfState(state), milestone }
}
