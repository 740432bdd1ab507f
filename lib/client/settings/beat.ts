import * as z from '../../runtime/shape.ts'
import type { BeatEntry } from '../beat-schedule.ts'
import { count, flag, seconds, secondsOrNone, setting, text, textOrNone } from './setting.ts'

// What is in it is read by beat, one by one: a broken entry must not stop the others.
const entry = z.custom<BeatEntry>((value) => typeof value === 'object' && value !== null)

export const beatSettings = {
  beat_schedule: setting(
    z.record(z.string(), entry),
    'an object of name to { task, schedule, args?, kwargs?, options? }',
    {
      default: {},
      says: 'What beat sends, and when.',
    },
  ),
  beat_scheduler: text({
    default: 'celery.beat:PersistentScheduler',
    says: "Where the schedule is kept: file, redis, django, memory, a scheduler of Celery's, RedBeat's or Django's, or a URL.",
  }),
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
  redbeat_redis_url: textOrNone({ default: null, says: "The Redis of RedBeat's schedule; null for the broker's." }),
  redbeat_key_prefix: text({ default: 'redbeat:', says: 'How the keys of the schedule in Redis begin.' }),
  redbeat_lock_key: textOrNone({
    default: ':lock',
    says: 'The lock of beats that share a schedule in Redis, behind the prefix; null for none.',
  }),
} as const
