import type { ScheduleRowView } from '../../lib/live/schedule-views.ts'

/** Why each action cannot be done to an entry; null where it can. */
export type ScheduleRights = {
  readonly run: string | null
  readonly skip: string | null
  readonly hold: string | null
  /** End a hold, or switch on. */
  readonly resume: string | null
  readonly edit: string | null
}

const SEEN = 'It was found from its messages; the schedule itself cannot be read'
const FIXED = 'This source cannot be changed from here'
const BROKEN = 'The entry cannot be read'

/** How long an edit lasts, as `editLasts` of a row has it. */
export function lastsText(editLasts: string): string {
  return `A change made here lasts ${editLasts}.`
}

export function rightsOf(row: ScheduleRowView, cannotAct: string | null): ScheduleRights {
  const common = cannotAct ?? (row.inferred ? SEEN : null)
  const change = common ?? (row.editable ? null : FIXED)
  const next = row.nextMs === null ? 'It has no next run' : null
  return {
    run: common ?? (row.broken ? BROKEN : null),
    skip: change ?? (row.broken ? BROKEN : row.enabled ? next : 'It is switched off'),
    hold: change ?? (row.broken ? BROKEN : row.enabled ? null : 'It is switched off'),
    resume: change,
    edit: change,
  }
}
