/**
 * Notifications on their way. Each is tried until its receiver took it, with growing pauses; one slow receiver does not
 * hold up another. The list is part of the alert store, so that none is lost over a restart; a notification whose
 * delivery was not noted before a crash is sent again under the same id.
 */
import { messageOf } from '../../errors.ts'
import { backoffMs } from '../../runtime/backoff.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { Channel } from './channel.ts'
import { deliver, NotDelivered } from './deliver.ts'
import type { Notification } from './notification.ts'

export interface QueuedNotification {
  readonly notification: Notification
  readonly state: 'queued' | 'sent' | 'retrying' | 'failed'
  readonly attempts: number
  /** Of the last change of state. */
  readonly atMs: number
  readonly nextMs: number
  readonly error: string | null
}

const BACKOFF = { firstMs: 1_000, maxMs: 60_000, jitter: 0.2 }
/** A receiver that is away for a day will not care any more. */
const GIVE_UP_AFTER_MS = 86_400_000
/** Ended notifications are kept to be shown. */
const KEEP_ENDED = 200
/** Waiting ones; past this the oldest is given up and shown as failed. */
const KEEP_WAITING = 1_000
/** A receiver that hangs does not hold up the end of the program longer than this. */
const STOP_WITHIN_MS = 1_500

export interface Outbox {
  /** Newest first. */
  list(): readonly QueuedNotification[]
  add(notification: Notification): void
  /** Sends one now, once, and tells how it went; it does not enter the list. */
  sendNow(channel: Channel, notification: Notification): Promise<QueuedNotification>
  stop(): Promise<void>
}

export interface OutboxOptions {
  readonly runtime: Runtime
  readonly saved: readonly QueuedNotification[]
  channel(name: string): Channel | undefined
  /** Called after every change, before the next attempt; resolves when it is stored. */
  stored(): Promise<void>
}

export function createOutbox(options: OutboxOptions): Outbox {
  const { runtime } = options
  let entries: QueuedNotification[] = [...options.saved]
  const busy = new Set<string>()
  const stopping = new AbortController()
  /** Ends attempts that are under way. */
  const abandoning = new AbortController()
  const running = new Set<Promise<void>>()

  function replace(id: string, change: Partial<QueuedNotification>): void {
    entries = entries.map((entry) =>
      entry.notification.id === id ? { ...entry, ...change, atMs: runtime.clock.nowMs() } : entry,
    )
  }

  function trim(): void {
    const waiting = entries.filter(isWaiting)
    for (const entry of waiting.slice(KEEP_WAITING)) {
      replace(entry.notification.id, { state: 'failed', error: 'too many notifications were waiting' })
    }
    let ended = 0
    entries = entries.filter((entry) => isWaiting(entry) || ++ended <= KEEP_ENDED)
  }

  /** Follows one notification to its end; one at a time per channel keeps "firing" before "resolved". */
  async function work(channelName: string): Promise<void> {
    for (let entry = next(channelName); entry !== undefined && !stopping.signal.aborted; entry = next(channelName)) {
      const { id } = entry.notification
      await runtime.clock.sleep(entry.nextMs - runtime.clock.nowMs(), stopping.signal)
      if (stopping.signal.aborted) return
      await attempt(id, entry)
      if (abandoning.signal.aborted) return // the owner has stored for the last time
      await options.stored()
    }
  }

  async function attempt(id: string, entry: QueuedNotification): Promise<void> {
    const attempts = entry.attempts + 1
    const channel = options.channel(entry.notification.channel)
    if (channel === undefined) {
      replace(id, { state: 'failed', error: 'the channel was removed' })
      return
    }
    try {
      await deliver(channel, entry.notification, abandoning.signal)
      replace(id, { state: 'sent', attempts, error: null })
    } catch (error) {
      if (abandoning.signal.aborted) return // not the receiver's fault: it stays as it was
      const nowMs = runtime.clock.nowMs()
      const waitMs = retryAfterOf(error) ?? backoffMs(attempts - 1, BACKOFF, runtime.random)
      const giveUp = nowMs - entry.notification.createdMs > GIVE_UP_AFTER_MS
      replace(id, { state: giveUp ? 'failed' : 'retrying', attempts, nextMs: nowMs + waitMs, error: messageOf(error) })
      if (entry.attempts === 0) runtime.log.warning(messageOf(error))
    }
  }

  const next = (channel: string) =>
    entries.findLast((entry) => isWaiting(entry) && entry.notification.channel === channel)

  function wake(channel: string): void {
    if (busy.has(channel) || stopping.signal.aborted) return
    busy.add(channel)
    const done = work(channel)
      .catch((error: unknown) => runtime.log.error('the sending of notifications failed', { reason: messageOf(error) }))
      .finally(() => {
        busy.delete(channel)
        running.delete(done)
        if (next(channel) !== undefined) wake(channel)
      })
    running.add(done)
  }

  for (const entry of entries) if (isWaiting(entry)) wake(entry.notification.channel)

  return {
    list: () => entries,
    add(notification) {
      const nowMs = runtime.clock.nowMs()
      entries = [{ notification, state: 'queued', attempts: 0, atMs: nowMs, nextMs: nowMs, error: null }, ...entries]
      trim()
      // The owner stores the list together with the state that caused it; only then may it be sent.
      void options.stored().then(() => wake(notification.channel))
    },
    async sendNow(channel, notification) {
      const entry = { notification, attempts: 1, nextMs: 0 }
      try {
        await deliver(channel, notification, abandoning.signal)
        return { ...entry, state: 'sent', atMs: runtime.clock.nowMs(), error: null }
      } catch (error) {
        return { ...entry, state: 'failed', atMs: runtime.clock.nowMs(), error: messageOf(error) }
      }
    },
    async stop() {
      stopping.abort()
      // What is under way may just be taken; what is not is sent after the next start.
      await Promise.race([Promise.allSettled([...running]), runtime.clock.sleep(STOP_WITHIN_MS, abandoning.signal)])
      abandoning.abort()
    },
  }
}

function isWaiting(entry: QueuedNotification): boolean {
  return entry.state === 'queued' || entry.state === 'retrying'
}

function retryAfterOf(error: unknown): number | null {
  return error instanceof NotDelivered ? error.retryAfterMs : null
}
