/** The places where schedules are kept, as the options of the dashboard name them. */
import { resolve } from 'node:path'
import type { ScheduleSource } from '../../lib/monitor/schedules/schedule-source.ts'
import type { Runtime } from '../../lib/runtime/runtime.ts'
import type { DashboardOptions } from '../options/dashboard-options.ts'

/** Opens nothing: each source is opened, and tells what is wrong with it, on its own. Throws for a URL that is none. */
export async function scheduleSources(options: DashboardOptions, runtime: Runtime): Promise<readonly ScheduleSource[]> {
  const sources = [await redisSource(options, runtime), await fileSource(options, runtime)]
  return sources.filter((source) => source !== null)
}

/** RedBeat's keys, or ours: looked for on the broker when nobody says where they are. */
async function redisSource(options: DashboardOptions, runtime: Runtime): Promise<ScheduleSource | null> {
  const { redbeat_redis_url: given, broker, redbeat_key_prefix: keyPrefix } = options
  const url = given ?? broker
  if (!/^(rediss?|redis\+socket|sentinel):/.test(url.trim())) return null
  const { createRedisScheduleStore } = await import('../../lib/schedule-store/redis/redis-schedule-store.ts')
  const { master_name: masterName } = options.broker_transport_options
  const store = createRedisScheduleStore({
    ...{ url, runtime, keyPrefix },
    ...(typeof masterName === 'string' && { masterName }),
  })
  return { name: 'redis', store, zone: null, unasked: given === null, owned: true }
}

async function fileSource(options: DashboardOptions, runtime: Runtime): Promise<ScheduleSource | null> {
  if (options.schedule_file === null) return null
  const { createFileScheduleStore } = await import('../../lib/schedule-store/file/file-schedule-store.ts')
  const store = createFileScheduleStore({ path: resolve(options.schedule_file), runtime })
  return { name: 'file', store, zone: null, unasked: false, owned: true }
}
