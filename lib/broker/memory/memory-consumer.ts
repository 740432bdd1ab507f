import { messageOf } from '../../errors.ts'
import { MAX_MESSAGE_BYTES, parseEnvelope } from '../../protocol/message.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { ConsumeOptions, Consumer } from '../broker.ts'
import { HeldDelivery, type Settlement } from '../held-delivery.ts'
import type { MemoryBus } from './memory-bus.ts'

const RENEWALS_PER_TIMEOUT = 3

/** Takes from the bus while the prefetch limit allows, once a turn of the event loop. */
export function startMemoryConsumer(
  bus: MemoryBus,
  runtime: Runtime,
  visibilityTimeoutMs: number,
  wanted: ConsumeOptions,
  onClosed: () => void,
): Consumer {
  const { clock } = runtime
  const held = new Map<string, HeldDelivery>()
  const ending = new AbortController()
  let queues = [...new Set(wanted.queues)]
  let prefetch = wanted.prefetch
  let paused = false
  let scheduled = false

  function schedule(): void {
    if (scheduled || paused || ending.signal.aborted) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      pump()
    })
  }
  const offPut = bus.onPut((queue) => queues.includes(queue) && schedule())

  const heldFrom = (nowMs: number) => ({ nowMs, untilMs: nowMs + visibilityTimeoutMs })

  function pump(): void {
    while (!paused && !ending.signal.aborted && (prefetch === 0 || held.size < prefetch)) {
      const taken = bus.take(queues, heldFrom(clock.nowMs()), (poison) => wanted.onPoison?.(poison))
      if (taken === null) return
      const read = parseEnvelope(taken.raw, MAX_MESSAGE_BYTES, taken.queue)
      if (!read.ok) continue // `take` has read it already
      const delivery = new HeldDelivery({ ...taken, envelope: read.value }, settle)
      held.set(taken.tag, delivery)
      queues = [...queues.filter((queue) => queue !== taken.queue), ...queues.filter((queue) => queue === taken.queue)]
      // A caller's fault must not stop the consumer; the message stays in hand.
      try {
        wanted.onDelivery(delivery)
      } catch (error) {
        runtime.log.error('The consumer failed on a delivery.', { queue: taken.queue, error: messageOf(error) })
      }
    }
  }

  async function settle(delivery: HeldDelivery, how: Settlement): Promise<void> {
    if (held.get(delivery.tag) !== delivery) return // given back by `close`
    held.delete(delivery.tag)
    if (how === 'requeue') bus.restore(delivery.tag, 'back')
    else bus.unsettled.delete(delivery.tag)
    schedule()
  }

  async function renew(): Promise<void> {
    while (!ending.signal.aborted) {
      await clock.sleep(visibilityTimeoutMs / RENEWALS_PER_TIMEOUT, ending.signal)
      const nowMs = clock.nowMs()
      for (const tag of held.keys()) {
        const entry = bus.unsettled.get(tag)
        if (entry !== undefined) entry.untilMs = nowMs + visibilityTimeoutMs
      }
      bus.restoreOverdue(nowMs)
    }
  }

  schedule()
  void renew()

  return {
    get queues() {
      return queues
    },
    get prefetch() {
      return prefetch
    },
    get held() {
      return held.size
    },
    setPrefetch(limit) {
      prefetch = limit
      schedule()
    },
    async addQueue(queue) {
      if (!queues.includes(queue)) queues = [...queues, queue]
      schedule()
    },
    async cancelQueue(queue) {
      queues = queues.filter((name) => name !== queue)
    },
    async pause() {
      paused = true
    },
    resume() {
      paused = false
      schedule()
    },
    async close() {
      if (ending.signal.aborted) return
      ending.abort()
      offPut()
      // The newest first: what was taken first is the next to be taken again.
      for (const tag of [...held.keys()].reverse()) bus.restore(tag, 'head')
      held.clear()
      onClosed()
    },
  }
}
