/**
 * Ends a connection that owes answers and sends nothing: one look at it every half a second, where ioredis would set
 * and clear two timers for each command, which is a tenth of what a command costs.
 */
import type { Redis } from 'ioredis'
import type { Clock } from './clock.ts'

const LOOK_EVERY_MS = 500

/**
 * Until `closed`. A connection is ended when it was silent for `mostMs`, or half a second later. Looks are counted, not
 * time: while a task blocks the event loop no answer can be heard, and that is not the server's silence.
 */
export async function watchForSilence(redis: Redis, mostMs: number, clock: Clock, closed: AbortSignal): Promise<void> {
  const most = Math.ceil(mostMs / LOOK_EVERY_MS)
  let stream: Redis['stream'] | null = null
  let bytes = 0
  let silent = 0
  for (;;) {
    await clock.sleep(LOOK_EVERY_MS, closed)
    if (closed.aborted) return
    const { stream: current, commandQueue } = redis
    if (commandQueue.length === 0 || current !== stream || current.bytesRead !== bytes) {
      stream = current ?? null
      bytes = current?.bytesRead ?? 0
      silent = 0
    } else if (++silent >= most) {
      current.destroy(new Error(`Socket timeout. No answer for ${mostMs} ms.`))
    }
  }
}
