/** The places where schedules are kept, as the options of the dashboard and its app name them. */
import { resolve } from 'node:path'
import type { Celery } from '../../lib/client/celery.ts'
import type { ScheduleSource } from '../../lib/monitor/schedules/schedule-source.ts'
import type { Runtime } from '../../lib/runtime/runtime.ts'
import type { DashboardOptions } from '../options/dashboard-options.ts'

const REDIS_URL = /^(rediss?|rediss?\+socket|unix|sentinels?):\/\//

/** Opens nothing: each source is opened, and tells what is wrong with it, on its own. Throws for a URL that is none. */
export async function scheduleSources(
  options: DashboardOptions,
  runtime: Runtime,
  app: Celery | null = null,
): Promise<readonly ScheduleSource[]> {
  const { openScheduleStore } = await import('../../lib/schedule-store/open-schedule-store.ts')
  const { redbeat_redis_url: redisUrl, schedule_db: database, schedule_file: file, broker: brokerUrl } = options
  const zone = app?.compiled.zone ?? null
  // Without an app the workers' settings say it, once they have answered.
  let zoneNow = () => zone ?? 'UTC'
  const common = {
    ...{ runtime, brokerUrl, broker: null, zone: () => zoneNow() },
    transportOptions: options.broker_transport_options,
    redbeat: { ...app?.conf, ...redBeatSettings(options) },
  }
  const open = (scheduler: string, schedule: string | null) => openScheduleStore({ ...common, scheduler, schedule })
  const from = (name: string, store: ScheduleSource['store'], unasked = false): ScheduleSource => {
    const tellZone = (ask: () => string) => {
      if (zone === null) zoneNow = ask
    }
    return { name, store, zone, unasked, owned: true, tellZone }
  }
  const sources: ScheduleSource[] = []
  // RedBeat's keys, or ours: looked for on the broker when nobody says where they are.
  const saidByApp = typeof app?.conf.redbeat_redis_url === 'string'
  if (redisUrl !== null || saidByApp || REDIS_URL.test(brokerUrl.trim())) {
    sources.push(from('redis', await open('redis', redisUrl), redisUrl === null))
  }
  if (database !== null) sources.push(from('django', await open('django', database)))
  if (file !== null) sources.push(from('file', await open('file', resolve(file))))
  return sources
}

/** What somebody said wins over the app's settings. */
function redBeatSettings({ redbeat_key_prefix: prefix }: DashboardOptions): Readonly<Record<string, unknown>> {
  return prefix === null ? {} : { redbeat_key_prefix: prefix }
}
