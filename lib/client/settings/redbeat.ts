/** Settings of RedBeat, whose schedule in Redis beat and the dashboard share (worker-beat.md 5.4). */
import * as z from '../../runtime/shape.ts'
import { setting, text, textOrNone } from './setting.ts'

export const redbeatSettings = {
  redbeat_redis_url: textOrNone({ default: null, says: 'Where the schedule is kept in Redis; null for broker_url.' }),
  redbeat_redis_options: setting(z.record(z.string(), z.unknown()).nullable(), 'an object or null', {
    default: null,
    says: 'sentinels, service_name, password, db...; null for broker_transport_options.',
  }),
  redbeat_redis_use_ssl: setting(
    z.union([z.boolean(), z.record(z.string(), z.unknown())]).nullable(),
    'true, false, an object or null',
    { default: null, says: 'TLS for rediss:// and sentinels; null for broker_use_ssl.' },
  ),
  redbeat_key_prefix: text({ default: 'redbeat:', says: 'First part of its keys.' }),
  redbeat_lock_key: textOrNone({
    default: 'redbeat::lock',
    says: 'The lock that keeps two beats apart; null for none. The prefix goes before it.',
  }),
  redbeat_lock_timeout: setting(z.number().min(0).nullable(), 'seconds as a number, or null', {
    default: null,
    says: 'How long a turn may last without a sign of life: at most 4 s, however long RedBeat would wait.',
  }),
} as const
