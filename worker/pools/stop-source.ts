/**
 * Asks one running task to stop. The AbortSignal is made only for a body that asks for it: most never do, and making
 * one costs more than a trivial task.
 *
 * JavaScript cannot raise inside a body that waits, as Python's SIGUSR1 does. So a body that has taken its signal is
 * trusted to watch it: it may clean up and end as it likes. One that has not is left alone at the soft limit, and its
 * task fails with SoftTimeLimitExceeded.
 */
import type { SoftTimeLimitExceeded } from '../../lib/protocol/exceptions.ts'
import type { StopReason } from './stop-reason.ts'

export class StopSource {
  /** The body was left alone while it went on. */
  abandoned = false
  #abort: AbortController | null = null
  #reason: Error | null = null
  #leave: ((reason: Error) => void) | null = null

  get signal(): AbortSignal {
    if (this.#abort === null) {
      this.#abort = new AbortController()
      if (this.#reason !== null) this.#abort.abort(this.#reason)
    }
    return this.#abort.signal
  }

  /** Null while nobody asked it to stop. */
  get reason(): Error | null {
    return this.#reason
  }

  stop(reason: StopReason | SoftTimeLimitExceeded): void {
    if (this.#reason !== null && reason.name === 'SoftTimeLimitExceeded') return
    this.#reason = reason
    if (this.#abort !== null) this.#abort.abort(reason)
    else if (reason.name === 'SoftTimeLimitExceeded') this.#leave?.(reason)
  }

  /** As `body`, or rejected with the reason of the soft limit when the body does not watch its signal. */
  race<T>(body: PromiseLike<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      body.then(resolve, reject)
      this.#leave = (reason) => {
        this.abandoned = true
        reject(reason)
      }
    })
  }
}
