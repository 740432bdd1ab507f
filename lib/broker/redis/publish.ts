import type { Redis } from 'ioredis'
import type { Envelope } from '../../protocol/envelope.ts'
import { formatEnvelope } from '../../protocol/message.ts'
import { createBusyWait } from '../../runtime/busy-wait.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { ListPut } from '../broker.ts'
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
export function createPublisher(
  links: RedisLinks,
  keys: RedisKeys,
  { clock }: Runtime,
  onSent: (queue: string) => void,
) {
  const open = new Map<string, Batch>()
  const busyWait = createBusyWait(clock)

  function start(queue: string, list: string): Batch {
    const { promise: sent, resolve, reject } = Promise.withResolvers<void>()
    const raws: string[] = []
    const push = (redis: Redis) => redis.lpush(list, ...raws)
    const send = () => {
      // Who sends a single message waits for it; of many the answers come while the next ones are written.
      const answered = raws.length === 1 ? busyWait.begin() : null
      links.run('command', list, push).then(
        () => {
          answered?.()
          raws.length = 0 // before the promises that lead here are (forget-sent.ts)
          onSent(queue)
          resolve()
        },
        (error: unknown) => {
          answered?.()
          reject(error)
        },
      )
    }
    const batch: Batch = { raws, characters: 0, send, sent }
    open.set(list, batch)
    process.nextTick(close, list, batch)
    return batch
  }
  function close(list: string, batch: Batch): void {
    if (open.get(list) !== batch) return // it was full, and is on its way
    open.delete(list)
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

/** What `publish` would push, for whoever pushes it together with a note of its own. */
export function createListPut(keys: RedisKeys, onSent: (queue: string) => void) {
  return (queue: string, envelope: Envelope): ListPut => ({
    list: keys.list(queue, clampPriority(envelope.properties.priority)),
    raw: formatEnvelope(envelope),
    pushed: () => onSent(queue),
  })
}
