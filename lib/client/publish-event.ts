/** One event from a client or from inside a task: `task-sent`, `task-progress` (wire.md C1). */
import { randomUUID } from 'node:crypto'
import { messageOf } from '../errors.ts'
import { createEventEnvelope, eventRoutingKey } from '../protocol/events.ts'
import type { Sender } from './send.ts'

/** Lost, with a line in the log, when the broker is away: an event must not fail what it speaks of. */
export async function publishEvent(
  sender: Sender,
  type: string,
  fields: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { broker, runtime, clock, origin } = sender
  const event = {
    hostname: origin,
    utcoffset: new Date(runtime.clock.nowMs()).getTimezoneOffset() / 60,
    pid: process.pid,
    clock: clock.forward(),
    ...fields,
    timestamp: runtime.clock.nowMs() / 1000,
    type,
  }
  try {
    const { eventExchange, eventSerializer: serializer, codecs } = sender.settings()
    const envelope = createEventEnvelope(event, { hostname: origin, newId: randomUUID, serializer, codecs })
    await broker.fanout.publish(eventExchange, eventRoutingKey(type), envelope)
  } catch (error) {
    runtime.log.warning('an event could not be published', { type, reason: messageOf(error) })
  }
}
