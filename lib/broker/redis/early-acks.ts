/**
 * Messages that were acknowledged before their work was over (BRK-10). Celery knows nothing of these: with the process
 * that worked on them they vanish without a word. Here they are kept in mind, apart from kombu's unacked messages, with
 * a deadline that their owner puts off while it lives.
 */
import { randomUUID } from 'node:crypto'
import type { ChainableCommander } from 'ioredis'
import { parseEnvelope } from '../../protocol/message.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { EarlyAck, LostDelivery } from '../broker.ts'
import { readEntry, type UnackedEntry, writeEntry } from '../raw-message.ts'
import { done } from './bindings.ts'
import type { RedisKeys } from './keys.ts'
import type { RedisLinks } from './links.ts'
import { createOwners } from './owners.ts'

const RENEWALS_PER_LEASE = 3
const AT_ONCE = 500
/** Who has found a lost one has this long to tell of it, until the next one may. */
const TELLING_MS = 30_000
/** Also how often any program looks. */
const LOOK_EVERY_MS = 4_000
const AGAIN_MS = 50

export interface Note {
  readonly field: string
  readonly message: UnackedEntry
  readonly early: EarlyAck
}

export interface EarlyAcks {
  note(tag: string, message: UnackedEntry, early: EarlyAck): Note
  /** Adds to the commands that acknowledge this tag those that keep it in mind, if its work is not over. */
  keep(tag: string, commands: ChainableCommander): void
  /** The broker has it all. */
  confirmed(tag: string): void
  /** The work is over. */
  over(note: Note): void
  /** Looks for lost ones from now on. */
  watch(onLost: (lost: LostDelivery) => void): void
  flush(): Promise<void>
}

export interface EarlyAckParts {
  readonly links: RedisLinks
  readonly keys: RedisKeys
  readonly runtime: Runtime
}

export function createEarlyAcks({ links, keys, runtime }: EarlyAckParts, closed: AbortSignal): EarlyAcks {
  const { clock } = runtime
  const me = randomUUID().slice(0, 13)
  /** Not yet sent, by tag. */
  const waiting = new Map<string, Note>()
  /** The broker may know of them, by field. */
  const kept = new Map<string, Note>()
  const ended = new Set<string>()
  const owners = createOwners(links, keys, me)
  let [count, shortestMs] = [0, 0]
  let forgetting: Promise<void> | null = null

  const deadline = ({ early }: Note) => String((clock.nowMs() + early.leaseMs) / 1000)

  async function forget(fields: readonly string[]): Promise<void> {
    await links.run('command', keys.started, (redis) => {
      const both = redis.pipeline().hdel(keys.started, ...fields)
      return done(both.zrem(keys.startedIndex, ...fields).exec())
    })
  }

  /** A server that does not let us: then the deadline alone counts. */
  async function register(): Promise<void> {
    await owners.register().catch(() => {})
  }

  async function forgetEnded(): Promise<void> {
    while (ended.size > 0 && !closed.aborted) {
      const fields = [...ended].slice(0, AT_ONCE)
      try {
        await forget(fields)
        for (const field of fields) ended.delete(field)
      } catch {
        await clock.sleep(AGAIN_MS, closed) // the status of the connection says what is wrong
      }
    }
  }

  async function keepRenewing(): Promise<void> {
    while (!closed.aborted) {
      await clock.sleep(shortestMs / RENEWALS_PER_LEASE, closed)
      const notes = [...kept.values()]
      for (let at = 0; at < notes.length && !closed.aborted; ) {
        const members = notes.slice(at, at + AT_ONCE).flatMap((note) => [deadline(note), note.field])
        try {
          await links.run('command', keys.startedIndex, (redis) => redis.zadd(keys.startedIndex, 'XX', ...members))
          at += AT_ONCE
        } catch {
          await clock.sleep(AGAIN_MS, closed)
        }
      }
    }
  }

  /** Those whose deadline has passed, now ours for a while. One program at a time looks. */
  async function claim(): Promise<readonly (readonly [string, string | null])[]> {
    return links.run('command', keys.startedIndex, async (redis) => {
      const mayLook = await redis.set(keys.startedMutex, me, 'PX', LOOK_EVERY_MS, 'NX')
      if (mayLook === null) return []
      const nowSeconds = clock.nowMs() / 1000
      const fields = await redis.zrangebyscore(keys.startedIndex, '-inf', nowSeconds, 'LIMIT', 0, AT_ONCE)
      if (fields.length === 0) return []
      const until = String(nowSeconds + TELLING_MS / 1000)
      await redis.zadd(keys.startedIndex, 'XX', ...fields.flatMap((field) => [until, field]))
      const entries = await redis.hmget(keys.started, ...fields)
      return fields.map((field, at) => [field, entries[at] ?? null] as const)
    })
  }

  /** Of those, the ones whose program is gone. The others are looked at again when the claim has run out. */
  async function claimLost(): Promise<readonly (readonly [string, string | null])[]> {
    const found = await claim()
    const names = [...new Set(found.map(([field]) => ownerOf(field)))]
    const alive = await owners.alive(names).catch(() => new Set<string>())
    await owners.forget(names.filter((name) => !alive.has(name))).catch(() => {}) // an entry too many harms nobody
    return found.filter(([field]) => !alive.has(ownerOf(field)))
  }

  async function look(onLost: (lost: LostDelivery) => void): Promise<void> {
    for (const [field, text] of await claimLost()) {
      const entry = text === null ? null : readEntry(text)
      const read = entry === null ? null : parseEnvelope(entry.raw, Number.POSITIVE_INFINITY, entry.routingKey)
      const told = () => forget([field])
      if (entry === null || read?.ok !== true) await told()
      else onLost({ queue: entry.routingKey, envelope: read.value, raw: entry.raw, told })
    }
  }

  return {
    note(tag, message, early) {
      const note = { field: `${me}:${++count}`, message, early }
      waiting.set(tag, note)
      return note
    },
    keep(tag, commands) {
      const note = waiting.get(tag)
      if (note === undefined) return
      if (note.early.isOver()) return
      if (shortestMs === 0) {
        void keepRenewing()
        void register()
        links.onStatus(({ state }) => state === 'ready' && register())
      }
      shortestMs = shortestMs === 0 ? note.early.leaseMs : Math.min(shortestMs, note.early.leaseMs)
      kept.set(note.field, note)
      commands
        .hset(keys.started, note.field, writeEntry(note.message))
        .zadd(keys.startedIndex, deadline(note), note.field)
    },
    confirmed: (tag) => void waiting.delete(tag),
    over(note) {
      if (!kept.delete(note.field)) return
      ended.add(note.field)
      forgetting ??= new Promise<void>((resolve) => setImmediate(resolve)).then(forgetEnded).finally(() => {
        forgetting = null
      })
    },
    watch(onLost) {
      void (async () => {
        while (!closed.aborted) {
          await look(onLost).catch(() => {}) // the next turn tries again
          await clock.sleep(LOOK_EVERY_MS * (0.5 + runtime.random() / 2), closed)
        }
      })()
    },
    async flush() {
      await forgetting
      if (shortestMs > 0 && kept.size === 0) await owners.forget([me])
    },
  }
}

function ownerOf(field: string): string {
  return field.slice(0, field.lastIndexOf(':'))
}
