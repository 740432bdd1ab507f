/** What is stored for a task at one moment of its life. Pure (wire.md E2). */

import { formatIsoTime } from '../lib/protocol/iso-time.ts'
import { isReady } from '../lib/protocol/states.ts'
import type { TaskMeta } from '../lib/results/results.ts'
import { deliveryInfoOf } from './task-in-hand.ts'
import type { TaskRun } from './task-run.ts'

export interface MetaFacts {
  readonly state: string
  readonly result: unknown
  readonly traceback: string | null
  readonly nowMs: number
  readonly hostname: string
  /** result_extended */
  readonly extended: boolean
}

export function metaOf(hand: TaskRun, facts: MetaFacts): TaskMeta {
  const { message, children } = hand
  const { state, result, traceback, nowMs } = facts
  return {
    status: state,
    result: result === undefined ? null : result,
    traceback,
    // [[id, parent], nodes]: nodes null is a single task (wire.md E2)
    children:
      children.length === 0 ? [] : children.map((child) => (typeof child === 'string' ? [[child, null], null] : child)),
    date_done: isReady(state) ? formatIsoTime(nowMs) : null,
    ...(message.group === null ? {} : { group_id: message.group }),
    ...(message.parentId === null ? {} : { parent_id: message.parentId }),
    ...(facts.extended ? { ...extendedFields(hand, facts.hostname), ...stampsOf(hand) } : {}),
    task_id: message.id,
  }
}

function extendedFields(hand: TaskRun, hostname: string): Partial<TaskMeta> {
  const { task: name, args, kwargs, retries } = hand.message
  return { name, args, kwargs, worker: hostname, retries, queue: deliveryInfoOf(hand).routing_key }
}

function stampsOf({ message: { stampedHeaders, stamps } }: TaskRun): Record<string, unknown> {
  if (stampedHeaders === null || stampedHeaders.length === 0) return {}
  const values = stampedHeaders.filter((name) => name in stamps).map((name) => [name, stamps[name]])
  return { stamped_headers: stampedHeaders, ...Object.fromEntries(values) }
}
