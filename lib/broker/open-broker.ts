import { UmbelError } from '../errors.ts'
import type { FailoverStrategy } from '../runtime/failover.ts'
import { maskUrl, REDIS_SCHEMES } from '../runtime/redis-connection.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { Broker } from './broker.ts'
import { createMemoryBroker } from './memory/memory-broker.ts'
import type { MemoryBus } from './memory/memory-bus.ts'
import { createRedisBroker } from './redis/redis-broker.ts'
import { parseTransportOptions } from './redis/transport-options.ts'

export interface OpenBrokerOptions {
  readonly runtime: Runtime
  /** `broker_transport_options` */
  readonly transportOptions?: Readonly<Record<string, unknown>>
  /** For memory://: the bus that several brokers of one process share; without it a new one. */
  readonly bus?: MemoryBus
  /** `broker_failover_strategy`: the order in which several servers are tried. */
  readonly failoverStrategy?: FailoverStrategy | null
}

const SUPPORTED = [...REDIS_SCHEMES, 'memory']

/**
 * The broker that a URL names; several Redis servers with `;` between them, of which the next is tried when one is away. Does not connect yet: that is `open()`.
 * @throws UmbelError `broker/bad-url` or `option/invalid`
 */
export function openBroker(
  url: string,
  { runtime, transportOptions, bus, failoverStrategy }: OpenBrokerOptions,
): Broker {
  const scheme = /^([^:/?#]*):\/\//.exec(url.trim())?.[1]?.toLowerCase()
  if (scheme === 'memory') {
    const { visibility_timeout: seconds } = parseTransportOptions(transportOptions)
    return createMemoryBroker({ bus, runtime, visibilityTimeoutMs: seconds * 1000 })
  }
  if (scheme === 'amqp' || scheme === 'amqps' || scheme === 'pyamqp') {
    const expected = `one of ${SUPPORTED.join(', ')} (RabbitMQ comes with a later version)`
    throw new UmbelError('broker/bad-url', { url: maskUrl(url), part: `scheme "${scheme}"`, expected })
  }
  if (scheme !== undefined && !SUPPORTED.includes(scheme)) {
    const part = `scheme ${JSON.stringify(scheme)}`
    throw new UmbelError('broker/bad-url', { url: maskUrl(url), part, expected: `one of ${SUPPORTED.join(', ')}` })
  }
  return createRedisBroker({ url, runtime, transportOptions, ...(failoverStrategy && { failoverStrategy }) })
}
