/** The message of the next try: the old one with one retry more (worker-beat.md 2.7, wire.md F6). Pure. */

import type { Compiled } from '../lib/client/settings/compile.ts'
import { formatIsoTime } from '../lib/protocol/iso-time.ts'
import type { NewTask } from '../lib/protocol/task-message.ts'
import type { RetryOptions, RetryPlan } from './request.ts'
import { deliveryInfoOf, type FullDeliveryInfo } from './task-in-hand.ts'
import type { TaskRun } from './task-run.ts'

/** Headers that are the protocol's; the rest are the user's and travel on. */
const OWN_HEADERS: ReadonlySet<string> = new Set(
  (
    'lang task id shadow eta expires group group_index retries timelimit root_id parent_id argsrepr kwargsrepr origin ' +
    'ignore_result replaced_task_nesting stamped_headers stamps compression redelivered meth'
  ).split(' '),
)

export function customHeaders(headers: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const custom = Object.entries(headers).filter(([name]) => !OWN_HEADERS.has(name) && !name.startsWith('x-death'))
  return Object.fromEntries(custom)
}

/** How messages are written where the task says nothing: `task_serializer` and `task_compression`. */
export type Writing = Pick<Compiled, 'serializer' | 'compression'>

export type RetryMessage = NewTask & Required<Pick<NewTask, 'exchange' | 'routingKey'>>

export function retryMessage(hand: TaskRun, plan: RetryPlan, origin: string, writing: Writing): RetryMessage {
  const { message } = hand
  const { options } = hand.task
  const given = plan.options
  const expiresMs = given.expiresMs ?? hand.expiresMs
  const [hard, soft] = message.timelimit
  const changed = plan.args !== null || plan.kwargs !== null
  return {
    task: message.task,
    serializer: given.serializer ?? options.serializer ?? writing.serializer,
    compression: given.compression ?? options.compression ?? writing.compression,
    id: message.id,
    args: plan.args ?? message.args,
    kwargs: plan.kwargs ?? message.kwargs,
    ...placeOf(given, deliveryInfoOf(hand)),
    eta: plan.etaMs === null ? null : formatIsoTime(plan.etaMs),
    expires: expiresMs === null ? null : formatIsoTime(expiresMs),
    retries: message.retries + 1,
    timelimit: [
      given.timeLimit === undefined ? hard : given.timeLimit,
      given.softTimeLimit === undefined ? soft : given.softTimeLimit,
    ],
    group: message.group,
    groupIndex: message.groupIndex,
    rootId: message.rootId ?? message.id,
    // Celery gives a task without a parent itself as one.
    parentId: message.parentId ?? message.id,
    shadow: given.shadow ?? message.shadow,
    origin,
    ignoreResult: given.ignoreResult ?? message.ignoreResult,
    replacedTaskNesting: message.replacedTaskNesting,
    stampedHeaders: message.stampedHeaders,
    stamps: message.stamps,
    callbacks: message.embed.callbacks,
    errbacks: message.embed.errbacks,
    chain: message.embed.chain,
    chord: message.embed.chord,
    replyTo: message.replyTo ?? '',
    priority: given.priority ?? message.priority,
    headers: { ...customHeaders(message.headers), ...given.headers },
    ...(changed || message.argsrepr === null ? {} : { argsrepr: message.argsrepr }),
    ...(changed || message.kwargsrepr === null ? {} : { kwargsrepr: message.kwargsrepr }),
  }
}

/** Where it came from, unless the retry names another place; '' and a key is a queue. */
function placeOf(
  { queue, exchange, routingKey }: RetryOptions,
  from: FullDeliveryInfo,
): Pick<RetryMessage, 'exchange' | 'routingKey'> {
  if (queue) return { exchange: '', routingKey: queue }
  return { exchange: exchange ?? from.exchange, routingKey: routingKey ?? from.routing_key }
}
