/** What kinds of tasks wait in a queue, by the headers of its first messages. */
import type { Broker } from '../broker/broker.ts'
import type { QueueClass, QueueClasses } from '../live/queue-views.ts'
import { parseEnvelope } from '../protocol/message.ts'
import { lengthToPeek } from './peek.ts'
import { scanQueue } from './scan-queue.ts'

const NAME_CHARACTERS = 500

/** Throws `queue/unknown` when the broker cannot look into queues, and the broker's own problems. */
export async function readClasses(broker: Broker, queue: string, nowMs: () => number): Promise<QueueClasses> {
  const total = await lengthToPeek(broker, queue)
  const byTask = new Map<string | null, QueueClass>()
  const scanned = await scanQueue(broker, queue, ({ position, raw }) => {
    const task = taskOf(raw)
    const { count, bytes, first } = byTask.get(task) ?? { count: 0, bytes: 0, first: position }
    byTask.set(task, { task, count: count + 1, bytes: bytes + Buffer.byteLength(raw), first })
  })
  const classes = [...byTask.values()].sort((a, b) => b.count - a.count || a.first - b.first)
  return { queue, asOfMs: nowMs(), total: Math.max(total, scanned), scanned, classes }
}

/** Protocol 2 names the task in the headers; of what is older or broken the name is not looked for in the body. */
function taskOf(raw: string): string | null {
  const envelope = parseEnvelope(raw)
  const task = envelope.ok ? envelope.value.headers['task'] : null
  return typeof task === 'string' ? task.slice(0, NAME_CHARACTERS) : null
}
