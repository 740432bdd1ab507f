/** Beat answers `ping`, and nothing else, so that `celery inspect ping` and `celery status` find it (Celery 5.7). */
import type { Broker } from '../../lib/broker/broker.ts'
import type { Celery } from '../../lib/client/celery.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Runtime } from '../../lib/runtime/runtime.ts'
import { noReply } from '../control/command.ts'
import { createPidbox } from '../control/pidbox.ts'

export interface BeatControlParts {
  readonly app: Celery
  readonly broker: Broker
  readonly runtime: Runtime
  readonly hostname: string
  /** Monotonic clock of its last look at the schedule. */
  readonly tickMs: () => number
}

/** One slow turn of a beat with a short interval is no stall (celery.beat.BeatPidbox.min_tick_age). */
const LEAST_TICK_AGE_SECONDS = 60

export function startBeatControl(parts: BeatControlParts): { stop(): Promise<void> } {
  const { app, broker, runtime, tickMs } = parts
  const { clock, log } = runtime
  if (!broker.supports.fanout) {
    log.warning(`beat pidbox: ${broker.url} has no fanout exchanges, so remote control is unavailable.`)
    return { stop: async () => {} }
  }
  const pidbox = createPidbox({
    ...parts,
    async answerTo({ method }) {
      // An error as answer would be in the way of commands that are meant for workers.
      if (method !== 'ping') return noReply
      const ageSeconds = (clock.monotonicMs() - tickMs()) / 1000
      const mostSeconds = mostTickAge(app)
      if (mostSeconds === 0 || ageSeconds <= mostSeconds) return { ok: 'pong' }
      log.warning(
        `beat pidbox: not answering ping, the scheduler has not ticked for ${ageSeconds.toFixed(1)}s ` +
          `(over the ${mostSeconds}s limit).`,
      )
      return noReply
    },
  })
  const stopped = new AbortController()
  const started = pidbox.start(stopped.signal).catch((error: unknown) => {
    if (!stopped.signal.aborted) log.error(`beat pidbox: could not connect to the broker: ${messageOf(error)}`)
  })
  return {
    async stop() {
      stopped.abort()
      if (broker.status().state === 'ready') await started
      await pidbox.stop()
    },
  }
}

/** 0 = however old. */
function mostTickAge(app: Celery): number {
  const { beat_remote_control_max_tick_age: given } = app.conf
  return given ?? Math.max((2 * app.compiled.beatMaxIntervalMs) / 1000, LEAST_TICK_AGE_SECONDS)
}
