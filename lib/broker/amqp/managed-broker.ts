/**
 * A RabbitMQ as far as its management API shows it: its queues and itself. It moves no messages: events, remote control
 * and sending need AMQP, and say so.
 */
import { messageOf, UmbelError } from '../../errors.ts'
import { every } from '../../runtime/every.ts'
import { maskUrl } from '../../runtime/redis-address.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { Broker, BrokerState, BrokerStatus, QueueDetails, QueueLength } from '../broker.ts'
import { isTaskQueue } from '../task-queues.ts'
import { createManagementApi, type ManagementApi } from './management-api.ts'
import { describeRabbitmq, rabbitmqRefusal } from './rabbitmq-facts.ts'

export const AMQP_SCHEMES = ['amqp', 'amqps', 'pyamqp', 'librabbitmq'] as const

export interface ManagedBrokerOptions {
  readonly runtime: Runtime
  readonly url: string
  /** `--broker_api`; null = on the host of the broker, where RabbitMQ has it. */
  readonly api: string | null
}

/** One round of looking asks several things; they all see one answer. */
const FRESH_MS = 500
/** A server that was away is looked for this often. */
const PROBE_MS = 2_000

export function isAmqpUrl(url: string): boolean {
  return AMQP_SCHEMES.some((scheme) => url.trim().toLowerCase().startsWith(`${scheme}:`))
}

/** @throws UmbelError `broker/bad-url` */
export function createManagedBroker({ runtime, url, api: apiUrl }: ManagedBrokerOptions): Broker {
  const { clock } = runtime
  const masked = maskUrl(url.trim())
  const api = openApi(url.trim(), apiUrl)
  const listeners = new Set<(status: BrokerStatus) => void>()
  const closing = new AbortController()
  let status: BrokerStatus = { state: 'connecting', sinceMs: clock.nowMs(), reason: 'not yet asked' }
  let last: { readonly atMs: number; readonly queues: Promise<readonly QueueDetails[]> } | null = null

  function become(state: BrokerState, reason: string | null): void {
    if (status.state === 'closed' || (status.state === state && status.reason === reason)) return
    status = { state, sinceMs: status.state === state ? status.sinceMs : clock.nowMs(), reason }
    for (const listener of [...listeners]) listener(status)
  }

  async function ask(): Promise<readonly QueueDetails[]> {
    try {
      const found = await api.queues()
      become('ready', null)
      return found.filter(({ name }) => isTaskQueue(name, '') && !name.startsWith('amq.gen-'))
    } catch (error) {
      become('reconnecting', messageOf(error))
      throw error
    }
  }

  function details(): Promise<readonly QueueDetails[]> {
    if (last === null || clock.monotonicMs() - last.atMs > FRESH_MS) last = { atMs: clock.monotonicMs(), queues: ask() }
    return last.queues
  }

  /** For whatever moves messages. */
  async function cannot(what: string): Promise<never> {
    if (status.state === 'closed') throw new UmbelError('broker/closed', { url: masked })
    throw new UmbelError('broker/unsupported', { url: masked, what })
  }

  return {
    url: masked,
    kind: 'amqp',
    supports: { priorities: false, fanout: false, peek: false, unacked: true },
    status: () => status,
    onStatus(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async open() {
      await new Promise<void>((resolve, reject) => {
        listeners.add(({ state }) => {
          if (state === 'ready') resolve()
          if (state === 'closed') reject(new UmbelError('broker/closed', { url: masked }))
        })
        const probe = async () => {
          if (status.state !== 'ready') await details().catch(() => {}) // `status` says why
        }
        void every(runtime, { name: 'rabbitmq', everyMs: PROBE_MS, atOnce: true }, closing.signal, probe)
      })
    },
    async close() {
      closing.abort()
      become('closed', 'closed by this program')
    },
    publish: () => cannot('send tasks'),
    // Nothing ever comes: the monitor waits for answers to questions that it cannot ask.
    consume: ({ queues, prefetch }) => ({
      ...{ queues, prefetch, held: 0 },
      setPrefetch() {},
      addQueue: () => cannot('take messages'),
      cancelQueue: async () => {},
      pause: async () => {},
      resume() {},
      close: async () => {},
    }),
    fanout: {
      publish: () => cannot('order workers about'),
      subscribe: () => cannot('hear events'),
    },
    bindings: {
      bind: () => cannot('order workers about'),
      unbind: async () => {},
      queuesFor: () => cannot('send tasks'),
      route: () => cannot('send tasks'),
    },
    queues: {
      details,
      async names() {
        return (await details()).map(({ name }) => name).sort()
      },
      async lengths(names) {
        const known = new Map((await details()).map((queue) => [queue.name, queue]))
        return names.map((name) => lengthOf(name, known.get(name)))
      },
      async unacked() {
        const counts = (await details()).map(
          ({ name, messages_unacknowledged: n }) => [name, numberOf(n) ?? 0] as const,
        )
        const total = counts.reduce((sum, [, count]) => sum + count, 0)
        return { total, scanned: total, byQueue: Object.fromEntries(counts) }
      },
      peek: () => cannot('look into queues'),
      peekUnacked: () => cannot('look into queues'),
      heads: async () => ({}),
      setAside: async () => ({}),
      readSetAside: async () => [],
      putBack: async () => 0,
      discard: async () => 0,
      remove: () => cannot('delete messages of'),
      purge: () => cannot('empty queues'),
      async refusal() {
        return rabbitmqRefusal(await api.nodes().catch(() => [])) // a user without the tag `monitoring` may not ask
      },
    },
    async facts() {
      const [overview, nodes] = await Promise.all([api.overview(), api.nodes().catch(() => [])])
      return describeRabbitmq(overview, nodes)
    },
  }
}

function openApi(url: string, api: string | null): ManagementApi {
  try {
    return createManagementApi(url, api)
  } catch {
    throw new UmbelError('broker/bad-url', {
      url: maskUrl(url),
      part: 'address',
      expected: 'amqp://user:password@host/',
    })
  }
}

/** A queue that was just declared has no figures for some seconds. */
function lengthOf(name: string, queue: QueueDetails | undefined): QueueLength {
  const waiting = numberOf(queue?.['messages_ready'])
  const error = queue === undefined ? 'RabbitMQ has no such queue' : waiting === null ? 'not counted yet' : null
  return { name, waiting: waiting ?? 0, byPriority: [], error }
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}
