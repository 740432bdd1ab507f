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
  /** Of this turn of the event loop, each time another Map: one that is used on and on keeps what left it (forget-sent.ts). */
  let open: Map<string, Batch> | null = null
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
    return { raws, characters: 0, send, sent }
  }
  function batchFor(queue: string, list: string): Batch {
    if (open === null) {
      open = new Map()
      process.nextTick(sendAll)
    }
    const known = open.get(list)
    if (known !== undefined && !isFull(known)) return known
    known?.send()
    const batch = start(queue, list)
    open.set(list, batch)
    return batch
  }
  function sendAll(): void {
    const batches = open
    open = null
    if (batches !== null) for (const batch of batches.values()) batch.send()
  }

  return function publish(queue: string, envelope: Envelope): Promise<void> {
    const raw = formatEnvelope(envelope)
    const list = keys.list(queue, clampPriority(envelope.properties.priority))
    const batch = batchFor(queue, list)
    batch.raws.push(raw)
    batch.characters += raw.length
    return batch.sent
  }
}

function isFull({ raws, characters }: Batch): boolean {
  return raws.length >= BATCH_MESSAGES || characters >= BATCH_CHARACTERS
}

/** What `publish` would push, for whoever pushes it together with a note of its own. */
export function createListPut(keys: RedisKeys, onSent: (queue: string) => void) {
  return (queue: string, envelope: Envelope): ListPut => ({
    list: keys.list(queue, clampPriority(envelope.properties.priority)),
    raw: formatEnvelope(envelope),
    pushed: () => onSent(queue),
  })
}
