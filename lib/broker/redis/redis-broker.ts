/** kombu's Redis transport (wire.md A), so that programs in Python and ours share queues. */
import { UmbelError } from '../../errors.ts'
import type { FailoverStrategy } from '../../runtime/failover.ts'
import { parseRedisUrl } from '../../runtime/redis-connection.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { Broker } from '../broker.ts'
import { createBindings } from './bindings.ts'
import { type RedisConsumer, startConsumer } from './consumer.ts'
import { createEarlyAcks } from './early-acks.ts'
import { createFanout } from './fanout.ts'
import { createKeys } from './keys.ts'
import { createLinks } from './links.ts'
import { createListPut, createPublisher } from './publish.ts'
import { createQueues } from './queues.ts'
import { readRedisFacts } from './redis-facts.ts'
import { createRestorer } from './restore.ts'
import { createScriptUse } from './script-use.ts'
import { createSettler } from './settler.ts'
import { keepSweeping } from './sweep.ts'
import { parseTransportOptions } from './transport-options.ts'

export interface RedisBrokerOptions {
  /** Several, with `;` between them: when one cannot be reached, the next is tried. */
  readonly url: string
  /** `broker_failover_strategy` */
  readonly failoverStrategy?: FailoverStrategy
  readonly runtime: Runtime
  /** kombu's `broker_transport_options`. */
  readonly transportOptions?: Readonly<Record<string, unknown>>
}

/** @throws UmbelError `broker/bad-url` or `option/invalid` */
export function createRedisBroker({ url, runtime, transportOptions, failoverStrategy }: RedisBrokerOptions): Broker {
  const options = parseTransportOptions(transportOptions)
  const address = parseRedisUrl(url, {
    masterName: options.master_name ?? undefined,
    sentinelUsername: options.sentinel_kwargs.username ?? undefined,
    sentinelPassword: options.sentinel_kwargs.password ?? undefined,
    alternates: true,
  })
  const closing = new AbortController()
  const keys = createKeys(options, address.db)
  const links = createLinks({ address, options, runtime, ...(failoverStrategy && { failoverStrategy }) })
  const consumers = new Set<RedisConsumer>()
  const bindings = createBindings(links, keys, runtime, closing.signal)
  const scriptUse = createScriptUse(links, runtime)
  const earlyAcks = createEarlyAcks({ links, keys, runtime }, closing.signal)
  const settler = createSettler({ links, keys, runtime, earlyAcks }, closing.signal)
  const restorer = createRestorer({ links, keys, options, bindings, scriptUse, runtime })
  const sweeping = keepSweeping(restorer, links, options, runtime, closing.signal)

  function nudge(queue: string): void {
    for (const consumer of consumers) consumer.nudge(queue)
  }

  return {
    get url() {
      return links.address.url
    },
    kind: 'redis',
    supports: { priorities: true, fanout: true, peek: true, unacked: true },
    status: links.status,
    onStatus: links.onStatus,

    async open() {
      links.get('command')
      if (links.status().state === 'ready') return
      await new Promise<void>((resolve, reject) => {
        const off = links.onStatus(({ state }) => {
          if (state === 'ready') resolve()
          else if (state === 'closed') reject(new UmbelError('broker/closed', { url: address.url }))
          else return
          off()
        })
      })
    },

    async close() {
      if (closing.signal.aborted) return
      await Promise.allSettled([...consumers].map((consumer) => consumer.close()))
      if (links.status().state === 'ready') {
        await Promise.all([settler.flush(), earlyAcks.flush()]).catch(() => {}) // the visibility timeout is left
      }
      closing.abort()
      links.close()
    },

    publish: createPublisher(links, keys, runtime, nudge),
    listPut: createListPut(keys, nudge),
    consume(wanted) {
      links.get('blocking')
      const parts = { links, keys, options, restorer, settler, earlyAcks, scriptUse, runtime }
      const consumer = startConsumer(parts, wanted, () => consumers.delete(consumer))
      consumers.add(consumer)
      if (wanted.queues.some((queue) => !queue.endsWith('.pidbox'))) sweeping.start()
      return consumer
    },
    fanout: createFanout(links, keys, runtime, closing.signal),
    bindings,
    queues: createQueues(links, keys, scriptUse, runtime),
    facts: () => links.run('command', '', readRedisFacts),
  }
}
