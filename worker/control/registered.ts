/** registered: the tasks of the worker, with those of their options that are asked for. */

import type { RegisteredTask } from '../../lib/client/task.ts'
import { pythonRepr } from '../../lib/protocol/repr.ts'
import { type Command, elementsOf, isTruthy } from './command.ts'
import type { Node } from './node.ts'

const DEFAULT_ITEMS = ['exchange', 'routing_key', 'rate_limit']

export const registered: Command = (node, { taskinfoitems: items, builtins }) => {
  const given = isTruthy(items) ? elementsOf(items) : DEFAULT_ITEMS
  const wanted = given.filter((item) => typeof item === 'string').filter((item) => !item.startsWith('_'))
  const names = [...node.app.tasks.keys()].filter((name) => isTruthy(builtins) || !name.startsWith('celery.'))
  return names.sort().map((name) => describe(node, name, wanted))
}

function describe(node: Node, name: string, items: readonly string[]): string {
  const task = node.app.tasks.get(name)
  const values = items.map((item) => [item, task === undefined ? null : optionOf(node, task, item)] as const)
  const shown = values.filter(([, value]) => value !== null && value !== undefined)
  return shown.length === 0
    ? name
    : `${name} [${shown.map(([item, value]) => `${item}=${typeof value === 'string' ? value : pythonRepr(value)}`).join(' ')}]`
}

/** What a task has that says nothing of it, where that is not nothing (worker-beat.md 2.12). */
function defaultOf({ app }: Node, item: string): unknown {
  const { conf } = app
  const values: Readonly<Record<string, unknown>> = {
    max_retries: 3,
    default_retry_delay: 180,
    acks_late: conf.task_acks_late,
    ignore_result: conf.task_ignore_result,
    track_started: conf.task_track_started,
    serializer: conf.task_serializer,
    time_limit: conf.task_time_limit,
    soft_time_limit: conf.task_soft_time_limit,
    store_errors_even_if_ignored: conf.task_store_errors_even_if_ignored,
    reject_on_worker_lost: conf.task_reject_on_worker_lost,
    send_events: true,
    trail: true,
    typing: true,
  }
  return Object.hasOwn(values, item) ? values[item] : undefined
}

function optionOf(node: Node, task: RegisteredTask, item: string): unknown {
  if (item === 'rate_limit') return node.rateLimits.limitOf(task.name)
  const options = new Map<string, unknown>(Object.entries(task.options))
  return options.get(item.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())) ?? defaultOf(node, item)
}
