/**
 * Which of several servers is used, by all connections of a broker together: a program that took from one server and
 * acknowledged at another would do everything twice. Goes on to the next when a try to connect fails, as Celery does;
 * a connection that breaks is first made again to the same server.
 */
import type { RedisAddress } from './redis-address.ts'
import type { Runtime } from './runtime.ts'

export const FAILOVER_STRATEGIES = ['round-robin', 'shuffle'] as const
export type FailoverStrategy = (typeof FAILOVER_STRATEGIES)[number]

export interface Failover {
  current(): RedisAddress
  /** A try to connect to it failed; of no effect when it is not the current one any more. */
  failed(address: RedisAddress): void
  /** Called when another server is the current one. */
  onSwitch(listener: (address: RedisAddress) => void): void
}

export function createFailover(
  address: RedisAddress,
  strategy: FailoverStrategy,
  { random }: Pick<Runtime, 'random'>,
): Failover {
  const addresses = [address, ...address.alternates]
  const listeners: ((address: RedisAddress) => void)[] = []
  let current = address

  function next(): RedisAddress {
    const at = addresses.indexOf(current)
    const step = strategy === 'shuffle' ? 1 + Math.floor(random() * (addresses.length - 1)) : 1
    return addresses[(at + step) % addresses.length] ?? current
  }

  return {
    current: () => current,
    failed(tried) {
      if (tried !== current || addresses.length === 1) return
      current = next()
      for (const listener of listeners) listener(current)
    },
    onSwitch: (listener) => void listeners.push(listener),
  }
}
