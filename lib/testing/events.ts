/** Events for tests of what reads them. */
import type { ClusterEvent } from '../protocol/events.ts'

/** `taskEvent('started', 'id-1', 12.5, { ...fields })`; from `w1@box`, pid 1, unless the fields say otherwise. */
export function taskEvent(
  subject: string,
  uuid: string,
  timestamp: number,
  fields: Readonly<Record<string, unknown>> = {},
): ClusterEvent {
  return makeEvent(`task-${subject}`, timestamp, { uuid, ...fields })
}

export function workerEvent(
  subject: string,
  hostname: string,
  timestamp: number,
  fields: Readonly<Record<string, unknown>> = {},
): ClusterEvent {
  return makeEvent(`worker-${subject}`, timestamp, { hostname, ...fields })
}

function makeEvent(type: string, timestamp: number, given: Readonly<Record<string, unknown>>): ClusterEvent {
  const fields: Record<string, unknown> = { hostname: 'w1@box', pid: 1, clock: null, ...given, type, timestamp }
  const { hostname, uuid, clock, pid } = fields
  return {
    type,
    hostname: String(hostname),
    timestamp,
    clock: typeof clock === 'number' ? clock : null,
    pid: typeof pid === 'number' ? pid : null,
    uuid: typeof uuid === 'string' ? uuid : null,
    fields,
  }
}
