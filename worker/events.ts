/**
 * The worker's events (wire.md C). Events of tasks are collected and go out at the next turn of the event loop, or when
 * there are 24, as one message; those of the worker go out singly. While the broker is away they are kept, bounded.
 */
import { randomUUID } from 'node:crypto'
import type { Broker } from '../lib/broker/broker.ts'
import type { LamportClock } from '../lib/client/lamport-clock.ts'
import type { Compiled } from '../lib/client/settings/compile.ts'
import { messageOf } from '../lib/errors.ts'
import { createEventEnvelope, eventRoutingKey } from '../lib/protocol/events.ts'
import type { Runtime } from '../lib/runtime/runtime.ts'
import type { EventFields } from './request.ts'

export interface EventsParts {
  readonly broker: Broker
  readonly runtime: Runtime
  readonly clock: LamportClock
  readonly hostname: string
  readonly settings: () => Compiled
  /** Whether events of tasks are published from the start (-E). */
  readonly taskEvents: boolean
}

export interface Events {
  /** False: an event of a task would go nowhere, so it need not be made. */
  readonly taskEvents: boolean
  enableTasks(): void
  disableTasks(): void
  sendTask(type: string, fields: EventFields): void
  /** Even when events of tasks are off: a task that is not registered is always reported (worker-beat.md 2.1). */
  sendAlways(type: string, fields: EventFields): void
  sendWorker(type: string, fields: EventFields): void
  /** By itself, and after what was sent before: an event of a task's own, from inside its body. */
  sendCustom(type: string, fields: EventFields): void
  /** Resolves when everything that was sent so far has been published, or given up; at once while the broker is away. */
  flush(): Promise<void>
}

/** Celery's own; receivers are built for it. */
const BATCH = 24
/** Kept while the broker is away; the oldest go first. Celery keeps them without a bound. */
const MAX_KEPT = 10_000

interface Outgoing {
  readonly routingKey: string
  readonly body: object | readonly object[]
  readonly count: number
}

export function createEvents({ broker, runtime, clock, hostname, settings, taskEvents }: EventsParts): Events {
  const outbox: Outgoing[] = []
  let kept = 0
  let batch: object[] = []
  let enabled = taskEvents
  let publishing: Promise<void> | null = null
  const pid = process.pid

  function made(type: string, fields: EventFields): object {
    const nowMs = runtime.clock.nowMs()
    const utcoffset = new Date(nowMs).getTimezoneOffset() / 60
    return { hostname, utcoffset, pid, clock: clock.forward(), ...fields, timestamp: nowMs / 1000, type }
  }

  function post(routingKey: string, body: object | readonly object[], count: number): void {
    outbox.push({ routingKey, body, count })
    kept += count
    while (kept > MAX_KEPT) kept -= outbox.shift()?.count ?? kept
    publishing ??= publishAll().finally(() => {
      publishing = null
    })
  }

  async function publishAll(): Promise<void> {
    for (let next = outbox.shift(); next !== undefined; next = outbox.shift()) {
      const { routingKey, body, count } = next
      try {
        const { eventExchange, eventSerializer: serializer, codecs } = settings()
        const envelope = createEventEnvelope(body, { hostname, newId: randomUUID, serializer, codecs })
        await broker.fanout.publish(eventExchange, routingKey, envelope)
        kept -= count
      } catch (error) {
        if (broker.status().state === 'ready') {
          kept -= count // the broker is there and does not want it: trying again would hold back all others
          runtime.log.warning('an event could not be published', { routingKey, reason: messageOf(error) })
          continue
        }
        outbox.unshift(next)
        return // onStatus goes on
      }
    }
  }

  function flushBatch(): void {
    if (batch.length === 0) return
    const events = batch
    batch = []
    post('task.multi', events, events.length)
  }

  broker.onStatus(({ state }) => {
    if (state !== 'ready' || outbox.length === 0) return
    publishing ??= publishAll().finally(() => {
      publishing = null
    })
  })

  function sendAlways(type: string, fields: EventFields): void {
    if (batch.push(made(type, fields)) >= BATCH) flushBatch()
    else if (batch.length === 1) setImmediate(flushBatch)
  }

  function sendSingly(type: string, fields: EventFields): void {
    flushBatch()
    post(eventRoutingKey(type), made(type, fields), 1)
  }

  return {
    get taskEvents() {
      return enabled
    },
    enableTasks() {
      enabled = true
    },
    disableTasks() {
      flushBatch()
      enabled = false
    },
    sendTask(type, fields) {
      if (enabled) sendAlways(type, fields)
    },
    sendAlways,
    sendWorker: sendSingly,
    sendCustom: sendSingly,
    async flush() {
      flushBatch()
      if (broker.status().state === 'ready') await publishing
    },
  }
}
