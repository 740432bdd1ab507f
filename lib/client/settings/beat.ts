import * as z from '../../runtime/shape.ts'
import type { BeatEntry } from '../beat-schedule.ts'
import { count, flag, seconds, secondsOrNone, setting, text } from './setting.ts'

const entry = z.custom<BeatEntry>(
  (value) => typeof value === 'object' && value !== null && 'task' in value && 'schedule' in value,
)

export const beatSettings = {
  beat_schedule: setting(
    z.record(z.string(), entry),
    'an object of name to { task, schedule, args?, kwargs?, options? }',
    {
      default: {},
      says: 'What beat sends, and when.',
    },
  ),
  beat_schedule_filename: text({ default: 'celerybeat-schedule', says: 'File in which beat keeps the last runs.' }),
  beat_max_loop_interval: seconds({ default: 0, says: 'Longest sleep of beat; 0 for 300 s.' }),
  beat_cron_starting_deadline: secondsOrNone({
    default: null,
    says: 'A crontab run that was missed by more is left out.',
  }),
  beat_sync_every: count({ default: 0, says: 'Write the state after so many tasks; 0 for by time.' }),
  beat_enable_remote_control: flag({ default: false, says: 'Let beat answer ping.' }),
  beat_remote_control_max_tick_age: secondsOrNone({
    default: null,
    says: 'A beat that has not ticked for so long is silent.',
  }),
} as const
