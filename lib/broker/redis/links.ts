/**
 * The connections of one broker: requests, takes and pub/sub each have their own, so that a large message or a slow
 * script delays neither a heartbeat nor an event (reliability-security.md B5). Made when first needed.
 */
import type { Redis } from 'ioredis'
import { UmbelError } from '../../errors.ts'
import { createFailover, type FailoverStrategy } from '../../runtime/failover.ts'
import {
  connectRedis,
  type RedisAddress,
  type RedisConnectionStatus,
  type RedisRole,
  whenReady,
} from '../../runtime/redis-connection.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { BrokerStatus } from '../broker.ts'
import { toBrokerError } from './broker-error.ts'
import type { RedisTransportOptions } from './transport-options.ts'

/** A request waits this long for a connection that is coming back; with the command's own limit it ends in time. */
const WAIT_MS = 4_000
const SAME_LINE_MS = 10_000

export interface RedisLinks {
  /** Of the server that is used now. */
  readonly address: RedisAddress
  status(): BrokerStatus
  onStatus(listener: (status: BrokerStatus) => void): () => void
  get(role: RedisRole): Redis
  /** One more, which the broker can be without: its state is nobody's concern. For blocking commands. */
  aside(name: string): Redis
  /** Runs a request when connected; every failure is an UmbelError. `key` is named when it holds a wrong type. */
  run<T>(role: RedisRole, key: string, work: (redis: Redis) => Promise<T>): Promise<T>
  close(): void
}

export interface LinksParts {
  readonly address: RedisAddress
  readonly options: RedisTransportOptions
  readonly runtime: Runtime
  readonly failoverStrategy?: FailoverStrategy
}

export function createLinks({ address: first, options, runtime, failoverStrategy }: LinksParts): RedisLinks {
  const failover =
    first.alternates.length === 0 ? null : createFailover(first, failoverStrategy ?? 'round-robin', runtime)
  let address = first
  failover?.onSwitch((other) => {
    address = other
  })
  const links = new Map<RedisRole, Redis>()
  const asides = new Map<string, Redis>()
  const states = new Map<RedisRole, RedisConnectionStatus>()
  const toldMs = new Map<string, number>()
  const listeners = new Set<(status: BrokerStatus) => void>()
  let status: BrokerStatus = { state: 'connecting', sinceMs: runtime.clock.nowMs(), reason: 'not yet connected' }

  function update(): void {
    const worst = worstOf([...states.values()])
    if (worst.state === status.state && worst.reason === status.reason) return
    const changed = worst.state !== status.state
    const sinceMs = changed ? runtime.clock.nowMs() : status.sinceMs
    status = { ...worst, sinceMs }
    if (changed) tell(status)
    for (const listener of [...listeners]) listener(status)
  }
  /** A connection that is lost again and again must not fill the log. */
  function tell({ state, reason }: BrokerStatus): void {
    const nowMs = runtime.clock.monotonicMs()
    if (nowMs - (toldMs.get(state) ?? Number.NEGATIVE_INFINITY) < SAME_LINE_MS) return
    toldMs.set(state, nowMs)
    if (state === 'ready') runtime.log.info(`Connected to ${address.url}.`)
    if (state === 'reconnecting') runtime.log.warning(`No connection to ${address.url}: ${reason}. Trying again.`)
  }

  function get(role: RedisRole): Redis {
    return made(links, role, role)
  }
  function made<K extends string>(of: Map<K, Redis>, key: K, role: RedisRole, name: string = role): Redis {
    if (status.state === 'closed') throw new UmbelError('broker/closed', { url: address.url })
    const existing = of.get(key)
    if (existing !== undefined) return existing
    const seconds = (value: number | null | undefined) => (value ? value * 1000 : undefined)
    const redis = connectRedis(first, {
      runtime,
      failover,
      role,
      name: options.client_name ?? `umbel-${name}`,
      connectTimeoutMs: seconds(options.socket_connect_timeout),
      socketTimeoutMs: seconds(options.socket_timeout),
      onStatus(state) {
        if (name !== role) return
        states.set(role, state)
        update()
      },
    })
    of.set(key, redis)
    return redis
  }

  return {
    get address() {
      return address
    },
    get,
    aside: (name) => made(asides, name, 'blocking', 'waiting'),
    status: () => status,
    onStatus(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async run(role, key, work) {
      const redis = get(role)
      try {
        if (redis.status !== 'ready') await whenReady(redis, address, WAIT_MS, () => status.reason)
        return await work(redis)
      } catch (error) {
        throw toBrokerError(error, address, key)
      }
    },
    close() {
      status = { state: 'closed', sinceMs: runtime.clock.nowMs(), reason: 'closed by this program' }
      for (const redis of [...links.values(), ...asides.values()]) redis.disconnect()
      for (const listener of [...listeners]) listener(status)
      listeners.clear()
    },
  }
}

/** A further connection that is just being made takes nothing from one that works. */
const BAD = ['closed', 'reconnecting', 'ready', 'connecting'] as const

function worstOf(states: readonly RedisConnectionStatus[]): RedisConnectionStatus {
  for (const bad of BAD) {
    const found = states.find(({ state }) => state === bad)
    if (found !== undefined) return found
  }
  return { state: 'connecting', reason: null }
}
