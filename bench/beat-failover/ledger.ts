/**
 * The book of what was sent, in a Redis of its own: which entry at which of its times, how often. The message does not
 * say which time it is for; the schedule's note of the run does, which is found by the id of its task as soon as the
 * message is taken. All times of an entry are whole intervals apart, in whole milliseconds: what is not, is told.
 */
import type { Redis } from 'ioredis'
import { parseEnvelope } from '../../lib/protocol/message.ts'
import { EXPIRES_SECONDS } from './terms.ts'

const SENT = 'sent'

export interface Grid {
  readonly name: string
  readonly everyMs: number
  /** Its last slot: its intervals do not drift, so the others follow. */
  readonly slotMs: number
  /** Where counting began, as beat noted it: its first run is one interval later. */
  readonly firstMs: number
}

export interface Verdict {
  readonly runs: number
  readonly missed: readonly string[]
  readonly doubled: readonly string[]
  /** How late messages were made. */
  readonly latenessMs: readonly number[]
}

/** Takes what is in the queue, notes it, and takes more, until `stop`. */
export function startLedger(broker: Redis, book: Redis) {
  let isStopped = false
  const running = (async () => {
    while (!isStopped || (await broker.llen('q')) > 0) {
      const raws = (await broker.rpop('q', 500)) ?? []
      if (raws.length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
      else await note(raws)
    }
  })()

  async function note(raws: readonly string[]): Promise<void> {
    const messages = raws.map(readMessage)
    const pipeline = broker.pipeline()
    for (const { name } of messages) pipeline.hget(`redbeat:${name}`, 'umbel:runs')
    const notes = (await pipeline.exec()) ?? []
    const lines = messages.map(({ name, id, madeMs }, at) => {
      const found = String(notes[at]?.[1])
        .split('\n')
        .find((line) => line.endsWith(` ${id}`))
      return `${name}@${found === undefined ? '' : found.split(' ')[0]}@${madeMs}`
    })
    await book.rpush(SENT, ...lines)
  }

  return {
    /** Messages so far. */
    count: () => book.llen(SENT),
    async stop(): Promise<void> {
      isStopped = true
      await running
    },
    async verdict(grids: readonly Grid[]): Promise<Verdict> {
      const sent = new Map<string, Sent[]>()
      for (const line of await book.lrange(SENT, '0', '-1')) {
        const [name = '', slot = '', made = ''] = line.split('@')
        const one = { slotMs: slot === '' ? null : Math.round(Number(slot)), madeMs: Number(made) }
        const others = sent.get(name)
        if (others === undefined) sent.set(name, [one])
        else others.push(one)
      }
      return judge(grids, sent)
    },
  }
}

interface Sent {
  /** Null: the schedule has no note of it. */
  readonly slotMs: number | null
  readonly madeMs: number
}

function readMessage(raw: string): { readonly name: string; readonly id: string; readonly madeMs: number } {
  const envelope = parseEnvelope(raw)
  if (!envelope.ok) throw new Error(`a message that cannot be read: ${raw.slice(0, 200)}`)
  const { argsrepr, expires, id } = envelope.value.headers
  const [n] = JSON.parse(String(argsrepr).replace('(', '[').replace(/,?\)/, ']'))
  return { name: `entry ${n}`, id: String(id), madeMs: Date.parse(String(expires)) - EXPIRES_SECONDS * 1000 }
}

export function judge(grids: readonly Grid[], sent: ReadonlyMap<string, readonly Sent[]>): Verdict {
  const [missed, doubled, latenessMs]: [string[], string[], number[]] = [[], [], []]
  let runs = 0
  for (const { name, everyMs, slotMs: lastMs, firstMs } of grids) {
    const counts = new Map<number, number>()
    for (const { slotMs, madeMs } of sent.get(name) ?? []) {
      runs++
      if (slotMs === null) {
        doubled.push(`${name}, made at ${madeMs}, is noted nowhere`)
        continue
      }
      counts.set(slotMs, (counts.get(slotMs) ?? 0) + 1)
      latenessMs.push(madeMs - slotMs)
    }
    for (let slotMs = firstMs + everyMs; slotMs <= lastMs; slotMs += everyMs) {
      if (!counts.has(slotMs)) missed.push(`${name}@${slotMs}`)
    }
    for (const [slotMs, count] of counts) {
      if (count > 1) doubled.push(`${name}@${slotMs} × ${count}`)
      const isOwn = (lastMs - slotMs) % everyMs === 0 && slotMs > firstMs && slotMs <= lastMs
      if (!isOwn) doubled.push(`${name}@${slotMs} is none of its times`)
    }
  }
  return { runs, missed, doubled, latenessMs }
}
