/** What is the same for every call of a task that names no queue: worked out once, not per message. */
import { isProblem } from '../errors.ts'
import type { CallOptions } from './call-options.ts'
import { type Destination, destinationOf } from './destination.ts'
import type { QueueTable } from './queue-table.ts'
import type { Router } from './routing.ts'
import type { RegisteredTask } from './task.ts'

export interface SendPlan {
  /** The task, when it is registered in this program. */
  readonly task: RegisteredTask | null
  /** The task's own options for its messages; nothing undefined in it. */
  readonly options: CallOptions
  /** Where a call goes that says nothing of it; null when a router has to be asked for each call. */
  readonly always: { readonly route: CallOptions | null; readonly destination: Destination } | null
}

export interface Planned {
  readonly options: CallOptions
  readonly route: CallOptions | null
  readonly destination: Destination
}

/** Options that a task may set for its messages (client-cli.md A2, level 4). */
const TASK_LEVEL = [
  'queue',
  'routingKey',
  'exchange',
  'priority',
  'expires',
  'serializer',
  'deliveryMode',
  'compression',
  'timeLimit',
  'softTimeLimit',
  'ignoreResult',
] as const satisfies readonly (keyof CallOptions)[]

const ROUTED_BY = ['queue', 'exchange', 'routingKey', 'exchangeType', 'routeName'] as const

export function createSendPlan(name: string, task: RegisteredTask | null, router: Router, table: QueueTable): SendPlan {
  const own = task?.options ?? {}
  const options: CallOptions = Object.fromEntries(
    TASK_LEVEL.map((key) => [key, own[key]] as const).filter(([, value]) => value !== undefined && value !== null),
  )
  if (!router.byNameOnly) return { task, options, always: null }
  const route = router({ name, args: [], kwargs: {}, options, task })
  return { task, options, always: alwaysTo(options, route, table) }
}

/** Null where that queue is none: a call may name another, and only one that does not is refused. */
function alwaysTo(options: CallOptions, route: CallOptions | null, table: QueueTable): SendPlan['always'] {
  try {
    return { route, destination: destinationOf(options, route, table) }
  } catch (error) {
    if (isProblem(error, 'queue/not-declared')) return null
    throw error
  }
}

export interface PlannedCall {
  readonly name: string
  readonly args: readonly unknown[]
  readonly kwargs: Readonly<Record<string, unknown>>
  readonly options: CallOptions
}

/** The options of the call win over those of its task; what is undefined was not given. Throws `queue/not-declared`. */
export function planCall(plan: SendPlan, call: PlannedCall, router: Router, table: QueueTable): Planned {
  const { always } = plan
  const given = merged(plan.options, call.options)
  if (always !== null && !ROUTED_BY.some((key) => call.options[key] !== undefined)) return { options: given, ...always }
  const { args, kwargs } = call
  const route = router({ name: given.routeName ?? call.name, args, kwargs, options: given, task: plan.task })
  return { options: given, route, destination: destinationOf(given, route, table) }
}

function merged(own: CallOptions, call: CallOptions): CallOptions {
  let options: Record<string, unknown> | null = null
  for (const [key, value] of Object.entries(call)) {
    if (value === undefined) continue
    options ??= { ...own }
    options[key] = value
  }
  return options ?? own
}
