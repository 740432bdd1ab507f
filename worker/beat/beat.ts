/** Beat: sends the tasks of beat_schedule at their times. One per cluster; a second would send everything twice. */
import type { Broker } from '../../lib/broker/broker.ts'
import type { Celery } from '../../lib/client/celery.ts'
import { sendTask } from '../../lib/client/send.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Runtime } from '../../lib/runtime/runtime.ts'
import { createScheduler, type DueEntry } from './scheduler.ts'
import { createFileStore } from './stores/file.ts'
import { createMemoryStore } from './stores/memory.ts'

export interface BeatOptions {
  readonly app: Celery
  readonly broker: Broker
  readonly runtime: Runtime
  /** File for the last runs; null keeps them in memory only. */
  readonly statePath?: string | null
}

export interface Beat {
  stop(): Promise<void>
}

/** The wall clock may be set while beat sleeps; so it looks at least this often. */
const LONGEST_SLEEP_MS = 1_000

/** Throws option/invalid for a schedule that cannot be read. The broker is the caller's. */
export async function startBeat({ app, broker, runtime, statePath = null }: BeatOptions): Promise<Beat> {
  const { clock, log } = runtime
  const { zone, cronDeadlineSeconds, beatMaxIntervalMs } = app.compiled
  const store = statePath === null ? createMemoryStore() : createFileStore(statePath, log)
  const entries = app.conf.beat_schedule
  const state = await store.load()
  const scheduler = createScheduler({ entries, state, zone, cronDeadlineSeconds, nowMs: clock.nowMs() })
  const sender = app.senderOf({ broker, runtime })
  const stopped = new AbortController()

  async function send({ name, entry }: DueEntry): Promise<void> {
    const { task, args = [], kwargs = {}, options = {} } = entry
    log.info(`Scheduler: Sending due task ${name} (${task})`)
    // The mark by which others tell that nobody has called this task (wire.md F11).
    const headers = { ...options.headers, celery_beat_task: true }
    try {
      await sendTask(sender, { name: task, args, kwargs, options: { ...options, headers } })
    } catch (error) {
      log.error(`Message Error: ${name} was not sent`, { reason: messageOf(error) })
    }
  }

  async function save(): Promise<void> {
    await store.save(scheduler.state()).catch((error: unknown) => {
      log.warning('the state of beat was not saved', { reason: messageOf(error) })
    })
  }

  async function loop(): Promise<void> {
    while (!stopped.signal.aborted) {
      // While nothing can be sent nothing is due: missed runs then make one, instead of none.
      const { due, nextMs } =
        broker.status().state === 'ready' ? scheduler.look(clock.nowMs()) : { due: [], nextMs: null }
      if (due.length > 0) await save()
      for (const entry of due) await send(entry)
      const untilNextMs = nextMs === null ? beatMaxIntervalMs : Math.max(nextMs - clock.nowMs(), 0)
      await clock.sleep(Math.min(untilNextMs, beatMaxIntervalMs, LONGEST_SLEEP_MS), stopped.signal)
    }
  }

  log.info('beat: Starting...', { entries: Object.keys(entries).length })
  const running = loop()
  return {
    async stop() {
      stopped.abort()
      await running
      await save()
    },
  }
}
