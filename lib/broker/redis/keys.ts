/** Names of kombu's keys and channels (wire.md A1, A2, A6). */
import { stepIndex } from '../priority.ts'
import type { RedisTransportOptions } from './transport-options.ts'

export interface RedisKeys {
  readonly unacked: string
  readonly unackedIndex: string
  readonly unackedMutex: string
  readonly bindingDeadlines: string
  readonly steps: readonly number[]
  /** The list of a queue at a priority: the largest step not above it. */
  list(queue: string, priority: number): string
  /** Its lists, one for each step. */
  lists(queue: string): readonly string[]
  binding(exchange: string): string
  bindingPermanent(exchange: string): string
  /** Ours: acknowledged and not over, by field; their deadlines; and who may look for lost ones. */
  readonly started: string
  readonly startedIndex: string
  readonly startedMutex: string
  /** The connection of each program that has such. */
  readonly startedOwners: string
  /** Ours: never there; what is asked whether it could be written. */
  readonly probe: string
  /** Ours: messages set aside unread. */
  quarantine(queue: string): string
  /** When and why each of them was. */
  quarantineNotes(queue: string): string
  /** Member of a binding set; the pattern is empty but in topic exchanges. */
  bindingMember(routingKey: string, queue: string, pattern?: string): string
  /** routing key, pattern, queue; null when it is none. */
  splitMember(member: string): readonly [string, string, string] | null
  /** Where a fan-out message is published. */
  channel(exchange: string, routingKey: string): string
}

export function createKeys(options: RedisTransportOptions, db: number): RedisKeys {
  const { global_keyprefix: prefix, sep, priority_steps: steps } = options
  const fanout = options.fanout_prefix === true ? `/${db}.` : options.fanout_prefix || ''
  const stepList = (queue: string, step: number) =>
    step === 0 ? `${prefix}${queue}` : `${prefix}${queue}${sep}${step}`
  return {
    unacked: prefix + options.unacked_key,
    unackedIndex: prefix + options.unacked_index_key,
    unackedMutex: prefix + options.unacked_mutex_key,
    bindingDeadlines: `${prefix}_kombu.binding_deadlines`,
    steps,
    list: (queue, priority) => stepList(queue, steps[stepIndex(steps, priority)] ?? 0),
    lists: (queue) => steps.map((step) => stepList(queue, step)),
    binding: (exchange) => `${prefix}_kombu.binding.${exchange}`,
    bindingPermanent: (exchange) => `${prefix}_kombu.binding_permanent.${exchange}`,
    started: `${prefix}umbel:started`,
    startedIndex: `${prefix}umbel:started-index`,
    startedMutex: `${prefix}umbel:started-mutex`,
    startedOwners: `${prefix}umbel:started-owners`,
    probe: `${prefix}umbel:probe`,
    quarantine: (queue) => `${prefix}umbel:quarantine:${queue}`,
    quarantineNotes: (queue) => `${prefix}umbel:quarantine-notes:${queue}`,
    bindingMember: (routingKey, queue, pattern = '') => [routingKey, pattern, queue].join(sep),
    splitMember(member) {
      const [routingKey, pattern, queue, more] = member.split(sep)
      if (routingKey === undefined || pattern === undefined || !queue || more !== undefined) return null
      return [routingKey, pattern, queue]
    },
    channel(exchange, routingKey) {
      const base = `${prefix}${fanout}${exchange}`
      return routingKey !== '' && options.fanout_patterns ? `${base}/${routingKey}` : base
    },
  }
}
