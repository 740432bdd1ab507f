/** The places where schedules are kept, as the options of the dashboard name them. */
import { resolve } from 'node:path'
import type { ScheduleSource } from '../../lib/monitor/schedules/schedule-source.ts'
import type { Runtime } from '../../lib/runtime/runtime.ts'
import type { DashboardOptions } from '../options/dashboard-options.ts'

/** Opens nothing: each source is opened, and tells what is wrong with it, on its own. */
export async function scheduleSources(options: DashboardOptions, runtime: Runtime): Promise<readonly ScheduleSource[]> {
  const sources: ScheduleSource[] = []
  if (options.schedule_file !== null) {
    const { createFileScheduleStore } = await import('../../lib/schedule-store/file/file-schedule-store.ts')
    const store = createFileScheduleStore({ path: resolve(options.schedule_file), runtime })
    sources.push({ name: 'file', store, zone: null, unasked: false, owned: true })
  }
  return sources
}
