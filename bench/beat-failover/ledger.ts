/**
 * The book of what was sent, in a Redis of its own: which entry at which of its times, how often. Beat tells nobody
 * which slot a message is for; but it is made after that slot and, as long as nobody is away for a whole interval, before
 * the next one.
 */
import type { Redis } from 'ioredis'
import { parseEnvelope } from '../../lib/protocol/message.ts'
import { EXPIRES_SECONDS } from './terms.ts'

const SENT = 'sent'

export interface Grid {
  readonly name: string
  readonly everyMs: number
  /** Any of its slots: its intervals do not drift, so the others follow. */
  readonly slotMs: number
  /** Where counting began, as beat noted it. */
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
    await book.rpush(SENT, ...raws.map(readMessage))
  }

  return {
    /** Messages so far. */
    count: () => book.llen(SENT),
    async stop(): Promise<void> {
      isStopped = true
      await running
    },
    async verdict(grids: readonly Grid[]): Promise<Verdict> {
      const madeMs = new Map<string, number[]>()
      for (const line of await book.lrange(SENT, '0', '-1')) {
        const [name = '', ms = ''] = line.split('@')
        const times = madeMs.get(name)
        if (times === undefined) madeMs.set(name, [Number(ms)])
        else times.push(Number(ms))
      }
      return judge(grids, madeMs)
    },
  }
}

function readMessage(raw: string): string {
  const envelope = parseEnvelope(raw)
  if (!envelope.ok) throw new Error(`a message that cannot be read: ${raw.slice(0, 200)}`)
  const { argsrepr, expires } = envelope.value.headers
  const [n] = JSON.parse(String(argsrepr).replace('(', '[').replace(/,?\)/, ']'))
  return `entry ${n}@${Date.parse(String(expires)) - EXPIRES_SECONDS * 1000}`
}

function judge(grids: readonly Grid[], madeMs: ReadonlyMap<string, readonly number[]>): Verdict {
  const [missed, doubled, latenessMs]: [string[], string[], number[]] = [[], [], []]
  let runs = 0
  for (const { name, everyMs, slotMs, firstMs } of grids) {
    const counts = new Map<number, number>()
    for (const ms of madeMs.get(name) ?? []) {
      // A message made in the very millisecond of its slot is not of the one before.
      const slot = Math.floor((ms - slotMs + 1) / everyMs)
      counts.set(slot, (counts.get(slot) ?? 0) + 1)
      latenessMs.push(ms - slotMs - slot * everyMs)
      runs++
    }
    const first = Math.round((firstMs - slotMs) / everyMs) + 1
    for (let slot = first; slot <= 0; slot++) if (!counts.has(slot)) missed.push(`${name}@${slotMs + slot * everyMs}`)
    for (const [slot, count] of counts) {
      if (count > 1) doubled.push(`${name}@${slotMs + slot * everyMs} × ${count}`)
      if (slot < first || slot > 0) doubled.push(`${name}@${slotMs + slot * everyMs} is none of its times`)
    }
  }
  return { runs, missed, doubled, latenessMs }
}
