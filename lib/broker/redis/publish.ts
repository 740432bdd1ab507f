import type { Envelope } from '../../protocol/envelope.ts'
import { formatEnvelope } from '../../protocol/message.ts'
import { clampPriority } from '../priority.ts'
import type { RedisKeys } from './keys.ts'
import type { RedisLinks } from './links.ts'

/** What is published before the event loop goes on travels together, as one LPUSH for each list. */
const BATCH_MESSAGES = 500
const BATCH_CHARACTERS = 4_000_000

interface Batch {
  readonly raws: string[]
  characters: number
  readonly sent: Promise<void>
  readonly send: () => void
}

/** Puts messages at the end of lists, in the order of the calls. `onSent` hears of a queue that got some. */
export function createPublisher(links: RedisLinks, keys: RedisKeys, onSent: (queue: string) => void) {
  const open = new Map<string, Batch>()

  function start(queue: string, list: string): Batch {
    const { promise: go, resolve: send } = Promise.withResolvers<void>()
    const raws: string[] = []
    const sent = go.then(() => links.run('command', list, (redis) => redis.lpush(list, ...raws)))
    const batch: Batch = { raws, characters: 0, send, sent: sent.then(() => onSent(queue)) }
    open.set(list, batch)
    process.nextTick(() => close(list, batch))
    return batch
  }
  function close(list: string, batch: Batch): void {
    if (open.get(list) === batch) open.delete(list)
    batch.send()
  }

  return function publish(queue: string, envelope: Envelope): Promise<void> {
    const raw = formatEnvelope(envelope)
    const list = keys.list(queue, clampPriority(envelope.properties.priority))
    const batch = open.get(list) ?? start(queue, list)
    batch.raws.push(raw)
    batch.characters += raw.length
    if (batch.raws.length >= BATCH_MESSAGES || batch.characters >= BATCH_CHARACTERS) close(list, batch)
    return batch.sent
  }
}
