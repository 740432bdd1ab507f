/** Waiting for results: by the backend's own word where it has one, else by looking again and again. */
import { UmbelError } from '../errors.ts'
import type { TaskMeta } from '../protocol/task-meta.ts'
import { pollingSubscription } from '../results/polling-subscription.ts'
import type { ResultSubscription } from '../results/results.ts'
import type { Source } from './result-home.ts'

/** Common to all that waits. */
export interface WaitOptions {
  /** Seconds; without it, for ever. */
  readonly timeout?: number | null
  /** Seconds between two looks, where the backend does not tell by itself. */
  readonly interval?: number
  /** Sees every state of what is waited for, as it is stored. */
  readonly onMessage?: (meta: TaskMeta) => void
  /** False: allowed inside a task. */
  readonly disableSyncSubtasks?: boolean
}

/** `get` ran out of time. The task may still end. */
export class ResultTimeoutError extends Error {
  override readonly name = 'TimeoutError'
  readonly pythonModule = 'celery.exceptions'

  constructor(message = 'The operation timed out.') {
    super(message)
  }
}

const INTERVAL_SECONDS = 0.1
const FIRST_LOOK_MS = 1_000

/**
 * Hands every state of these tasks to `onMeta` until that says true. Rejects with what `onMeta` throws, with
 * ResultTimeoutError, `broker/closed` when the program closes its connection meanwhile, or when the backend cannot be
 * reached at the start; a connection lost later is waited for.
 */
export async function waitForMetas(
  { store, clock, onClose }: Source,
  ids: readonly string[],
  { timeout = null, interval = INTERVAL_SECONDS, onMessage }: WaitOptions,
  onMeta: (meta: TaskMeta) => boolean,
): Promise<void> {
  const stop = new AbortController()
  const finished = Promise.withResolvers<void>()
  finished.promise.catch(() => {}) // it may fail before anybody waits for it
  const listen = (meta: TaskMeta) => {
    if (stop.signal.aborted) return
    try {
      onMessage?.(meta)
      if (onMeta(meta)) end()
    } catch (error) {
      end(error)
    }
  }
  const end = (error?: unknown) => {
    stop.abort()
    if (error === undefined) finished.resolve()
    else finished.reject(error)
  }
  const subscribing = store.supports.subscribe
    ? store.subscribe(ids, listen)
    : pollingSubscription(ids, listen, { getMany: store.getMany, clock, everyMs: interval * 1000 })
  const giveUp = async (timeoutMs: number) => {
    await clock.sleep(timeoutMs, stop.signal)
    // What is there already is given also to those who cannot wait.
    await Promise.race([subscribing.catch(() => {}), clock.sleep(FIRST_LOOK_MS, stop.signal)])
    if (!stop.signal.aborted) end(new ResultTimeoutError())
  }
  if (timeout !== null) void giveUp(timeout * 1000)
  const closed = () => end(new UmbelError('broker/closed', { url: store.url }))
  onClose?.add(closed)
  const close = (subscription: ResultSubscription) => subscription.close().catch(() => {})
  try {
    await Promise.race([subscribing.then(() => finished.promise), finished.promise])
  } finally {
    stop.abort()
    onClose?.delete(closed)
    void subscribing.then(close, () => {})
  }
}
