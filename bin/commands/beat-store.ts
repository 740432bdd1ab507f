/** The schedule store that a command line and an app's settings name, for beat and for `umbel schedule`. */
import type { Broker } from '../../lib/broker/broker.ts'
import { brokerUrlOf } from '../../lib/client/broker-url.ts'
import type { Celery } from '../../lib/client/celery.ts'
import type { Runtime } from '../../lib/runtime/runtime.ts'
import { openScheduleStore } from '../../lib/schedule-store/open-schedule-store.ts'
import type { ScheduleStore } from '../../lib/schedule-store/schedule-store.ts'

export interface BeatStoreOptions {
  readonly app: Celery
  /** -S; else beat_scheduler. */
  readonly scheduler: string | null
  /** -s; else beat_schedule_filename. */
  readonly schedule: string | null
  /** With its password; null = the app's. */
  readonly brokerUrl: string | null
  /** Null for those who only look. */
  readonly broker: Broker | null
  readonly runtime: Runtime
}

/** Throws option/invalid for a scheduler that is none. */
export function openBeatStore(options: BeatStoreOptions): Promise<ScheduleStore> {
  const { app, runtime, broker } = options
  const { conf, compiled, given } = app
  return openScheduleStore({
    ...{ runtime, broker, zone: compiled.zone, redbeat: conf, transportOptions: conf.broker_transport_options },
    scheduler: options.scheduler ?? conf.beat_scheduler,
    // Celery's default name is that of a file that Python alone can read.
    schedule: options.schedule ?? (given.has('beat_schedule_filename') ? conf.beat_schedule_filename : null),
    brokerUrl: options.brokerUrl ?? brokerUrlOf(conf, 'write') ?? 'redis://localhost:6379/0',
  })
}
