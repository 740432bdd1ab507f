/** The options of `umbel schedule`. */
import { celeryOptions } from './celery-options.ts'
import { flag, number, optionalText, type ValuesOf } from './option.ts'
import { beatOptions } from './worker-options.ts'

const { schedule, scheduler } = beatOptions

export const scheduleOptions = celeryOptions('schedule', {
  schedule,
  scheduler,
  number: number(1, 1_000, 'runs', { default: 5, short: 'n', says: 'With next: how many runs of each entry.' }),
  until: optionalText({
    takes: 'TIME',
    says: "With pause: ISO 8601, in the app's time zone unless it says so, or a time from now such as 2h30m.",
  }),
  json: flag({ default: false, short: 'j', says: 'Answer as JSON.' }),
})

export type ScheduleOptions = ValuesOf<typeof scheduleOptions>
