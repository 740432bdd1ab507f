/** What a RabbitMQ tells of itself, in words. */
import type { BrokerFacts, WriteRefusal } from '../broker.ts'

type Told = Readonly<Record<string, unknown>>

export function describeRabbitmq(overview: Told, nodes: readonly Told[]): BrokerFacts {
  const totals = objectOf(overview['object_totals'])
  const rows: readonly (readonly [string, unknown])[] = [
    ['Version', overview['rabbitmq_version']],
    ['Cluster', overview['cluster_name']],
    ['Nodes', `${nodes.filter(({ running }) => running === true).length} of ${nodes.length} running`],
    ['Erlang', overview['erlang_version']],
    ['Connections', totals['connections']],
    ['Channels', totals['channels']],
    ['Consumers', totals['consumers']],
    ['Queues', totals['queues']],
    ['Exchanges', totals['exchanges']],
    ...nodes.map((node) => [`Memory of ${String(node['name'])}`, usage(node['mem_used'], node['mem_limit'])] as const),
    ...nodes.map((node) => [`Free disk of ${String(node['name'])}`, megabytes(node['disk_free'])] as const),
  ]
  const facts = rows.flatMap(([name, value]) => (value == null ? [] : [{ name, value: String(value) }]))
  return { facts, warnings: nodes.flatMap(warningsOf) }
}

/** A node with an alarm takes no message from anybody. */
export function rabbitmqRefusal(nodes: readonly Told[]): WriteRefusal | null {
  if (nodes.some(({ mem_alarm }) => mem_alarm === true)) return { kind: 'memory', reason: 'its memory alarm is set' }
  if (nodes.some(({ disk_free_alarm }) => disk_free_alarm === true)) {
    return { kind: 'disk', reason: 'its disk alarm is set' }
  }
  return null
}

function warningsOf(node: Told): readonly string[] {
  const name = String(node['name'])
  return [
    ...(node['running'] === false ? [`Node ${name} is down.`] : []),
    ...(node['mem_alarm'] === true ? [`Node ${name} has its memory alarm set and takes no messages.`] : []),
    ...(node['disk_free_alarm'] === true ? [`Node ${name} has its disk alarm set and takes no messages.`] : []),
    ...(Array.isArray(node['partitions']) && node['partitions'].length > 0
      ? [`Node ${name} is cut off from others: the cluster is partitioned.`]
      : []),
  ]
}

function usage(used: unknown, limit: unknown): string | null {
  const [some, all] = [megabytes(used), megabytes(limit)]
  return some === null || all === null ? some : `${some} of ${all}`
}

function megabytes(bytes: unknown): string | null {
  return typeof bytes === 'number' ? `${Math.round(bytes / 1_048_576)} MB` : null
}

function objectOf(value: unknown): Told {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
