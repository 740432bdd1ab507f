/** active, reserved, scheduled, query_task: what the worker has in its hands. */
import { formatIsoTime } from '../../lib/protocol/iso-time.ts'
import type { TaskInHand } from '../task-in-hand.ts'
import { type Command, elementsOf, isTruthy, requireArguments } from './command.ts'
import type { Node } from './node.ts'
import { requestInfo } from './request-info.ts'

/** Celery's timers of ETA tasks have this priority; clients print it. */
const TIMER_PRIORITY = 6

export const active: Command = (node, { safe }) => infos(node, node.books.active, isTruthy(safe))

export const reserved: Command = (node, { safe }) => infos(node, node.books.reserved, isTruthy(safe))

export const scheduled: Command = (node) =>
  node.consumer.scheduled().map(({ dueMs, item }) => ({
    eta: formatIsoTime(dueMs),
    priority: TIMER_PRIORITY,
    request: requestInfo(item, node.hostname),
  }))

export const queryTask: Command = (node, args) => {
  requireArguments('query_task', args, ['ids'])
  const { ids } = args
  // kombu's maybe_list: one id stands for itself.
  const wanted = new Set(ids === null || typeof ids === 'object' ? elementsOf(ids) : [ids])
  const found: Record<string, [string, object]> = {}
  const note = (state: string, hand: TaskInHand) => {
    if (wanted.has(hand.message.id)) found[hand.message.id] = [state, requestInfo(hand, node.hostname)]
  }
  for (const { item } of node.consumer.scheduled()) note('scheduled', item)
  for (const hand of node.books.reserved) note('reserved', hand)
  for (const hand of node.books.active) note('active', hand)
  return found
}

function infos(node: Node, hands: Iterable<TaskInHand>, safe: boolean) {
  return [...hands].map((hand) => requestInfo(hand, node.hostname, safe))
}
