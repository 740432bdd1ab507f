/** The store that `-S/--scheduler` and `-s/--schedule` name: a word, a class of Celery's world, or a URL. */
import { nearestWord } from '../errors/nearest-word.ts'
import { UmbelError } from '../errors.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { isDatabaseUrl } from './django/database-url.ts'
import { createFileScheduleStore } from './file/file-schedule-store.ts'
import { createMemoryScheduleStore } from './memory/memory-schedule-store.ts'
import type { RedBeatConf } from './redis/redbeat-settings.ts'
import type { RunBroker } from './redis/send.ts'
import type { ScheduleStore, ScheduleStoreKind } from './schedule-store.ts'

export interface OpenScheduleOptions {
  readonly runtime: Runtime
  /** `file`, `redbeat.RedBeatScheduler`, `django_celery_beat.schedulers:DatabaseScheduler`, `redis://...`. */
  readonly scheduler: string
  /** A path for `file`; a URL for `redis` and `django`. Null = where that kind usually is. */
  readonly schedule: string | null
  /** With its password; where RedBeat's schedule is unless somebody says otherwise. */
  readonly brokerUrl: string
  /** Where beat sends; null for those who only look. */
  readonly broker: RunBroker | null
  /** conf.timezone; a function where it may become known later. */
  readonly zone: string | (() => string)
  /** Settings of RedBeat under its names: redbeat_redis_url, redbeat_key_prefix, redbeat_lock_key... */
  readonly redbeat?: Partial<RedBeatConf>
  /** broker_transport_options: how a sentinel's master is called. */
  readonly transportOptions?: Readonly<Record<string, unknown>>
}

export const DEFAULT_SCHEDULE_FILE = 'umbel-beat.json'

const WORDS: Readonly<Record<string, ScheduleStoreKind>> = {
  'celery.beat:PersistentScheduler': 'file',
  'celery.beat.PersistentScheduler': 'file',
  'celery.beat:Scheduler': 'memory',
  'celery.beat.Scheduler': 'memory',
  'redbeat.RedBeatScheduler': 'redis',
  'redbeat:RedBeatScheduler': 'redis',
  'redbeat.schedulers.RedBeatScheduler': 'redis',
  'redbeat.schedulers:RedBeatScheduler': 'redis',
  'django_celery_beat.schedulers:DatabaseScheduler': 'django',
  'django_celery_beat.schedulers.DatabaseScheduler': 'django',
  file: 'file',
  memory: 'memory',
  redis: 'redis',
  redbeat: 'redis',
  django: 'django',
  database: 'django',
}
const REDIS_URL = /^(rediss?|rediss?\+socket|unix|sentinels?):\/\//

/** Throws option/invalid for a scheduler that is none, and for a kind that needs to be told where it is. */
export async function openScheduleStore(options: OpenScheduleOptions): Promise<ScheduleStore> {
  const { scheduler, schedule, runtime } = options
  const kind = kindOf(scheduler)
  const url = scheduler.includes('://') ? scheduler : schedule
  switch (kind) {
    case 'memory':
      return createMemoryScheduleStore({ runtime })
    case 'file':
      return createFileScheduleStore({ runtime, path: schedule ?? DEFAULT_SCHEDULE_FILE })
    case 'redis':
      return openRedis(options, url !== null && REDIS_URL.test(url) ? url : null)
    case 'django':
      return openDjango(options, url ?? process.env['DATABASE_URL'] ?? null)
  }
}

function kindOf(scheduler: string): ScheduleStoreKind {
  if (REDIS_URL.test(scheduler)) return 'redis'
  if (isDatabaseUrl(scheduler)) return 'django'
  const kind = Object.hasOwn(WORDS, scheduler) ? WORDS[scheduler] : undefined
  if (kind !== undefined) return kind
  const nearest = nearestWord(scheduler, Object.keys(WORDS))
  throw new UmbelError('option/invalid', {
    option: '--scheduler',
    value: scheduler,
    expected: `file, redis, django, memory, a scheduler of Celery's, RedBeat's or Django's, or a URL${nearest === null ? '' : `; did you mean ${nearest}?`}`,
  })
}

async function openRedis(options: OpenScheduleOptions, given: string | null): Promise<ScheduleStore> {
  const { runtime, broker, zone, brokerUrl, redbeat, transportOptions = {} } = options
  const { createRedisScheduleStore } = await import('./redis/redis-schedule-store.ts')
  const { DEFAULT_REDBEAT_CONF, readRedBeatSettings } = await import('./redis/redbeat-settings.ts')
  const conf = { ...DEFAULT_REDBEAT_CONF, broker_transport_options: transportOptions, ...redbeat }
  const place = readRedBeatSettings(given === null ? conf : { ...conf, redbeat_redis_url: given }, brokerUrl)
  return createRedisScheduleStore({ ...place, runtime, broker, zone })
}

async function openDjango({ runtime, broker, zone }: OpenScheduleOptions, url: string | null): Promise<ScheduleStore> {
  if (url === null) {
    throw new UmbelError('option/invalid', {
      option: '--schedule',
      value: '',
      expected: "the URL of Django's database, here or in DATABASE_URL: postgresql://user:password@host/name",
    })
  }
  const { createDjangoScheduleStore } = await import('./django/django-schedule-store.ts')
  return createDjangoScheduleStore({ url, runtime, broker, zone })
}
