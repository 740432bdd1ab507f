import { isZone } from '../../schedules/zone.ts'
import type { InspectorService } from '../inspector.ts'
import { field } from '../served-queues.ts'

/** The time zone of the application, as its workers' settings say (`timezone`); UTC where they say nothing, as in Celery. */
export function workersZone(inspector: Pick<InspectorService, 'answers' | 'known'>): string {
  for (const worker of inspector.known()) {
    const zone = field(inspector.answers(worker).conf?.value, 'timezone')
    if (typeof zone === 'string' && isZone(zone)) return zone
  }
  return 'UTC'
}
