/**
 * Waiting by Redis' own word: the channel of a result is its key (wire.md E1). One connection for all that waits;
 * first SUBSCRIBE, then GET, so that nothing falls between; both again after every loss of the connection (RES-5).
 */
import { setImmediate } from 'node:timers'
import type { Redis } from 'ioredis'
import { isUmbelError, messageOf, UmbelError } from '../../errors.ts'
import type { TaskMeta } from '../../protocol/task-meta.ts'
import { connectRedis, type RedisAddress, whenReady } from '../../runtime/redis-connection.ts'
import { redisTrouble } from '../../runtime/redis-trouble.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import { pollingSubscription } from '../polling-subscription.ts'
import type { ResultSubscription } from '../results.ts'
import { keyOfTask, taskOfKey } from './result-keys.ts'

export interface SubscriptionsOptions {
  readonly address: RedisAddress
  readonly runtime: Runtime
  readonly prefix: string
  readonly readyTimeoutMs: number
  readonly getMany: (ids: readonly string[]) => Promise<readonly (TaskMeta | null)[]>
  /** Null for a message that is no meta. */
  readonly parse: (raw: Buffer) => TaskMeta | null
}

export interface ResultSubscriptions {
  subscribe(ids: readonly string[], onMeta: Listener): Promise<ResultSubscription>
  close(): void
}

type Listener = (meta: TaskMeta) => void

interface Watched {
  readonly listeners: Set<Listener>
  /** Messages so far: what was read while one came is older than it. */
  heard: number
}

interface Asked {
  readonly ids: readonly string[]
  readonly listener: Listener
}

const CHANNELS_PER_COMMAND = 500
const AGAIN_MS = 200

export function createResultSubscriptions(options: SubscriptionsOptions): ResultSubscriptions {
  const { address, runtime, prefix, readyTimeoutMs, getMany, parse } = options
  const watched = new Map<string, Watched>()
  let redis: Redis | null = null
  let closed = false
  /** An ACL that forbids channels. */
  let mustPoll = false
  let gathering: { readonly asked: Asked[]; readonly done: Promise<void> } | null = null

  function connection(): Redis {
    if (closed) throw new UmbelError('broker/closed', { url: address.url })
    if (redis !== null) return redis
    const made = connectRedis(address, { runtime, name: 'umbel-results-wait', role: 'subscriber' })
    made.on('messageBuffer', (channel: Buffer, raw: Buffer) => hear(taskOfKey(prefix, channel.toString()), raw))
    made.once('ready', () => {
      made.on('ready', () => void restore(made)) // who waits for the first one asks by himself
    })
    redis = made
    return made
  }

  function hear(id: string, raw: Buffer): void {
    const entry = watched.get(id)
    if (entry === undefined) return
    const meta = parse(raw)
    if (meta === null) return
    entry.heard++
    for (const listener of [...entry.listeners]) listener(meta)
  }

  /** Tells the present state to those who asked, unless a newer one was heard meanwhile. */
  async function tellPresent(asked: readonly Asked[]): Promise<void> {
    const ids = [...new Set(asked.flatMap((one) => one.ids))]
    const before = new Map(ids.map((id) => [id, watched.get(id)?.heard]))
    const metas = new Map((await getMany(ids)).map((meta, index) => [ids[index], meta]))
    for (const { ids: own, listener } of asked) {
      for (const id of own) {
        const meta = metas.get(id)
        const entry = watched.get(id)
        if (meta && entry?.listeners.has(listener) && entry.heard === before.get(id)) listener(meta)
      }
    }
  }

  /** What was said while the connection was away is lost: it is asked for. */
  async function restore(current: Redis): Promise<void> {
    while (!closed && current.status === 'ready' && watched.size > 0) {
      try {
        await listenTo(current, [...watched.keys()])
        return await tellPresent([...watched].flatMap(([id, { listeners }]) => askedBy(id, listeners)))
      } catch (error) {
        runtime.log.debug('Results that are waited for could not be asked for', { reason: messageOf(error) })
        await runtime.clock.sleep(AGAIN_MS)
      }
    }
  }

  /** All that is asked for in one turn of the event loop goes together. */
  function ask(asked: Asked): Promise<void> {
    if (gathering === null) {
      const batch: Asked[] = []
      const done = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        gathering = null
        return listenAndTell(batch)
      })
      gathering = { asked: batch, done }
    }
    gathering.asked.push(asked)
    return gathering.done
  }

  async function listenAndTell(asked: readonly Asked[]): Promise<void> {
    const current = connection()
    for (;;) {
      await whenReady(current, address, readyTimeoutMs)
      try {
        await listenTo(
          current,
          asked.flatMap(({ ids }) => ids),
        )
        return await tellPresent(asked)
      } catch (error) {
        if (closed || isRefusal(error)) throw error
        await runtime.clock.sleep(AGAIN_MS) // lost at this moment: the next connection is waited for
      }
    }
  }

  function watch({ ids, listener }: Asked): void {
    for (const id of ids) {
      const entry = watched.get(id) ?? { listeners: new Set(), heard: 0 }
      watched.set(id, entry)
      entry.listeners.add(listener)
    }
  }

  function unwatch({ ids, listener }: Asked): void {
    const free = ids.filter((id) => {
      const entry = watched.get(id)
      if (entry === undefined) return false
      entry.listeners.delete(listener)
      return entry.listeners.size === 0 && watched.delete(id)
    })
    if (redis?.status !== 'ready') return // the next connection begins without them
    for (const keys of chunks(free.map((id) => keyOfTask(prefix, id)))) redis.unsubscribe(...keys).catch(() => {})
  }

  const listenTo = async (current: Redis, ids: readonly string[]) => {
    const keys = ids.filter((id) => watched.has(id)).map((id) => keyOfTask(prefix, id))
    await Promise.all(chunks(keys).map((some) => current.subscribe(...some)))
  }

  return {
    async subscribe(ids, onMeta) {
      const poll = () => pollingSubscription(ids, onMeta, { getMany, clock: runtime.clock })
      if (mustPoll) return poll()
      const own = new Set<string>()
      const listener: Listener = (meta) => onMeta(meta) // one of its own, also when two share a function
      async function add(more: readonly string[]): Promise<void> {
        const asked = { ids: more.filter((id) => !own.has(id)), listener }
        for (const id of asked.ids) own.add(id)
        watch(asked)
        try {
          await ask(asked)
        } catch (error) {
          unwatch(asked)
          for (const id of asked.ids) own.delete(id)
          throw toTrouble(error, address)
        }
      }
      try {
        await add(ids)
      } catch (error) {
        if (!/NOPERM/.test(messageOf(error instanceof Error ? error.cause : error))) throw error
        mustPoll = true
        runtime.log.warning(`The user of ${address.url} may not subscribe to results: they are looked for instead.`)
        return poll()
      }
      return {
        add,
        async close() {
          unwatch({ ids: [...own], listener })
          own.clear()
        },
      }
    },
    close() {
      closed = true
      watched.clear()
      redis?.disconnect()
    },
  }
}

function askedBy(id: string, listeners: ReadonlySet<Listener>): readonly Asked[] {
  return [...listeners].map((listener) => ({ ids: [id], listener }))
}

function isRefusal(error: unknown): boolean {
  if (isUmbelError(error)) return error.code !== 'broker/unreachable'
  return error instanceof Error && error.name === 'ReplyError'
}

function toTrouble(error: unknown, address: RedisAddress): unknown {
  if (isUmbelError(error) || !(error instanceof Error)) return error
  const code = error.name === 'ReplyError' ? 'broker/refused' : 'broker/unreachable'
  return new UmbelError(code, { url: address.url, reason: redisTrouble(error, address) }, error)
}

function chunks(keys: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(keys.length / CHANNELS_PER_COMMAND)
  return Array.from({ length: count }, (_, index) =>
    keys.slice(index * CHANNELS_PER_COMMAND, (index + 1) * CHANNELS_PER_COMMAND),
  )
}
