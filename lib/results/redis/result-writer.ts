/**
 * Writes metas: one round trip for all that are ready at one time, which is where the speed of a worker is decided.
 * What a script cannot judge (a compressed meta that is there already) is looked at here and then written if it has
 * not changed meanwhile.
 */
import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers'
import type { Redis } from 'ioredis'
import { UmbelError } from '../../errors.ts'
import { throwFirst } from './chord-steps.ts'
import type { RedisLink } from './redis-link.ts'
import { forbidsScripts, loadScript } from './result-scripts.ts'

export interface MetaWrite {
  readonly key: string
  readonly value: string | Buffer
  /** 0 = keep. */
  readonly seconds: number
}

export interface WriterOptions {
  readonly link: RedisLink
  /** Whether what is stored must stay. */
  readonly isFinal: (stored: Buffer) => boolean
}

/** Others may write the same meta at the same instant, but not for ever. */
const ATTEMPTS = 10
/** Few enough that one batch does not hold up other clients of the server. */
const MOST_PER_BATCH = 200
const MOST_BYTES_PER_BATCH = 512 * 1024
/** While these are on their way the next ones gather. */
const BATCHES_IN_FLIGHT = 4
/** What Redis takes as one value. */
const MAX_VALUE_BYTES = 512 * 1024 * 1024

interface Waiting extends MetaWrite {
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export function createResultWriter({ link, isFinal }: WriterOptions): (write: MetaWrite) => Promise<void> {
  const batchScript = loadScript(new URL('./scripts/store-results.lua', import.meta.url))
  const oneScript = loadScript(new URL('./scripts/store-result.lua', import.meta.url))
  /** Set once when an ACL forbids scripts: then as Python writes, with its gap between GET and MULTI. */
  let mayScript = true
  let queue: Waiting[] = []
  let inFlight = 0
  let scheduled = false

  function send(): void {
    scheduled = false
    while (queue.length > 0 && inFlight < BATCHES_IN_FLIGHT) {
      const batch = takeBatch(queue)
      queue = queue.slice(batch.length)
      inFlight++
      void writeBatch(batch).finally(() => {
        inFlight--
        if (queue.length > 0) schedule()
      })
    }
  }
  function schedule(): void {
    if (scheduled) return
    scheduled = true
    setImmediate(send) // so that all of this turn of the event loop goes together
  }

  async function writeBatch(batch: readonly Waiting[]): Promise<void> {
    try {
      const answers = mayScript ? await link.run((redis) => byScript(redis, batch)) : null
      const undecided: Promise<void>[] = []
      batch.forEach((write, index) => {
        const answer = answers === null ? UNKNOWN : answers[index]
        if (answer === 1 || answer === 0) write.resolve()
        else undecided.push(settle(write, answer))
      })
      if (undecided.length > 0) await Promise.all(undecided)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  async function byScript(redis: Redis, batch: readonly Waiting[]): Promise<readonly unknown[] | null> {
    const keys = batch.map(({ key }) => key)
    const args = batch.flatMap(({ value, seconds }) => [value, String(seconds)])
    try {
      const answers = await batchScript.run(redis, keys, args)
      return Array.isArray(answers) ? answers : []
    } catch (error) {
      if (!forbidsScripts(error)) throw error
      mayScript = false
      return null
    }
  }

  async function settle(write: Waiting, answer: unknown): Promise<void> {
    try {
      if (answer !== UNKNOWN) throw new UmbelError('broker/refused', { url: link.url, reason: String(answer) })
      await lookAndWrite(write)
      write.resolve()
    } catch (error) {
      write.reject(error)
    }
  }

  function lookAndWrite(write: MetaWrite): Promise<void> {
    return link.run(async (redis) => {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const stored = await redis.getBuffer(write.key)
        if (stored !== null && isFinal(stored)) return
        if (mayScript ? await writeUnchanged(redis, write, stored) : await writePlainly(redis, write)) return
      }
      throw new UmbelError('internal', { reason: `the result under ${write.key} keeps changing` })
    })
  }

  async function writeUnchanged(redis: Redis, write: MetaWrite, stored: Buffer | null): Promise<boolean> {
    const expected = stored === null ? '' : createHash('sha1').update(stored).digest('hex')
    return (await oneScript.run(redis, [write.key], [expected, write.value, String(write.seconds)])) === 1
  }

  return (write) => {
    const bytes = write.value.length
    if (bytes > MAX_VALUE_BYTES) {
      return Promise.reject(new UmbelError('message/too-large', { bytes, limit: MAX_VALUE_BYTES }))
    }
    return new Promise((resolve, reject) => {
      queue.push({ key: write.key, value: write.value, seconds: write.seconds, resolve, reject })
      schedule()
    })
  }
}

const UNKNOWN = 2

function takeBatch(queue: readonly Waiting[]): readonly Waiting[] {
  let bytes = 0
  let count = 0
  for (const { value } of queue) {
    bytes += value.length
    if (count === MOST_PER_BATCH || (count > 0 && bytes > MOST_BYTES_PER_BATCH)) break
    count++
  }
  return queue.slice(0, count)
}

async function writePlainly(redis: Redis, { key, value, seconds }: MetaWrite): Promise<boolean> {
  const steps = redis.multi()
  if (seconds === 0) steps.set(key, value)
  else steps.setex(key, seconds, value)
  throwFirst(await steps.publish(key, value).exec())
  return true
}
