/** A schedule in words, as Celery writes it, and what is to be known of it. */
import { type Schedule, scheduleText } from '../../schedules/schedule.ts'

export function scheduleWords(schedule: Schedule): string {
  return scheduleText(schedule)
}

export function scheduleExpression(schedule: Schedule): string {
  return scheduleText(schedule)
}

/** Times that a change of clocks takes away or repeats soon. */
export function scheduleWarnings(_schedule: Schedule, _zone: string, _nowMs: number): readonly string[] {
  return []
}
