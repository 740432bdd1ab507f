/** The page of the broker: Flower's table (flower.md 1.7), and what the server tells of itself. */
import type { Broker, BrokerFacts, QueueDetails } from '../broker/broker.ts'
import { messageOf } from '../errors.ts'
import type { BrokerQueueView, BrokerView } from '../live/broker-view.ts'
import type { QueueReading, QueueReadings } from './contracts.ts'

export interface BrokerViewSources {
  readonly broker: Broker
  readonly queues: QueueReadings
  /** The workers that take from each queue, as they said. */
  readonly consumers: () => ReadonlyMap<string, readonly string[]>
}

export async function brokerView({ broker, queues, consumers }: BrokerViewSources): Promise<BrokerView> {
  const [told, details] = await Promise.all([readFacts(broker), readDetails(broker)])
  const { rows, atMs } = queues.latest()
  const { state, sinceMs, reason } = broker.status()
  const taken = consumers()
  return {
    ...{ kind: broker.kind, url: broker.url, state, sinceMs, reason },
    facts: told?.facts ?? null,
    warnings: told?.warnings ?? [],
    queues:
      details === null ? rows.map((row) => ofReading(row, taken.get(row.name)?.length ?? 0)) : details.map(ofDetails),
    asOfMs: atMs,
  }
}

async function readFacts(broker: Broker): Promise<BrokerFacts | null> {
  if (broker.status().state !== 'ready' || broker.facts === undefined) return null
  return broker.facts().catch((error: unknown) => ({
    facts: [],
    warnings: [`The broker does not tell of itself: ${messageOf(error)}`],
  }))
}

async function readDetails({ queues }: Broker): Promise<readonly QueueDetails[] | null> {
  return (await queues.details?.().catch(() => null)) ?? null
}

function ofReading({ name, waiting, unacked }: QueueReading, consumers: number): BrokerQueueView {
  const messages = waiting === null ? null : waiting + (unacked ?? 0)
  return { name, messages, unacked, ready: waiting, consumers, idleSince: null }
}

function ofDetails(queue: QueueDetails): BrokerQueueView {
  const number = (key: string) => (typeof queue[key] === 'number' ? queue[key] : null)
  return {
    name: queue.name,
    messages: number('messages'),
    unacked: number('messages_unacknowledged'),
    ready: number('messages_ready'),
    consumers: number('consumers'),
    idleSince: typeof queue['idle_since'] === 'string' ? queue['idle_since'] : null,
  }
}
