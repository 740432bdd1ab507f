/** registered: the tasks of the worker, with those of their options that are asked for. */

import type { RegisteredTask } from '../../lib/client/task.ts'
import { pythonRepr } from '../../lib/protocol/repr.ts'
import { type Command, isTrue } from './command.ts'
import type { Node } from './node.ts'

const DEFAULT_ITEMS = ['exchange', 'routing_key', 'rate_limit']

export const registered: Command = (node, { taskinfoitems: items, builtins }) => {
  const given = Array.isArray(items) && items.length > 0 ? items : DEFAULT_ITEMS
  const wanted = given.filter((item) => typeof item === 'string' && !item.startsWith('_'))
  const names = [...node.app.tasks.keys()].filter((name) => isTrue(builtins) || !name.startsWith('celery.'))
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

function optionOf(node: Node, task: RegisteredTask, item: string): unknown {
  if (item === 'rate_limit') return node.rateLimits.limitOf(task.name)
  const options = new Map<string, unknown>(Object.entries(task.options))
  return options.get(item.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()))
}
